/**
 * One spatial axis of a convolution without zeros between the elements of its input. Output position
 * firstPosition + j · positionStep and tap firstTap + i · tapStep meet at input element
 * j · stride + i · dilation − low.
 */
@unmanaged
export class Axis {
  /** Elements of the input, the kernel and the result. */
  size: i32
  window: i32
  result: i32
  /** The part of the kernel that is used. */
  taps: i32
  firstTap: i32
  tapStep: i32
  /** The part of the result that is computed. */
  positions: i32
  firstPosition: i32
  positionStep: i32
  stride: i32
  dilation: i32
  low: i32
}

const AXIS_BYTES: usize = 48

@inline
export function axisAt(axes: usize, index: i32): Axis {
  return changetype<Axis>(axes + <usize>index * AXIS_BYTES)
}

/** Writes axis number `index` of a convolution. */
export function convAxis(
  axes: usize, index: i32, size: i32, window: i32, result: i32, taps: i32, firstTap: i32, tapStep: i32,
  positions: i32, firstPosition: i32, positionStep: i32, stride: i32, dilation: i32, low: i32, begin: i32, end: i32,
): void {
  const axis = axisAt(axes, index)
  axis.size = size
  axis.window = window
  axis.result = result
  axis.taps = taps
  axis.firstTap = firstTap
  axis.tapStep = tapStep
  axis.positions = positions
  axis.firstPosition = firstPosition
  axis.positionStep = positionStep
  axis.stride = stride
  axis.dilation = dilation
  axis.low = low
}

/** How many taps are used. */
export function tapsOf(axes: usize, rank: i32): i32 {
  let count = 1
  for (let index = 0; index < rank; index++) count *= axisAt(axes, index).taps
  return count
}

/** How many positions are computed. */
export function positionsOf(axes: usize, rank: i32): i32 {
  let count = 1
  for (let index = 0; index < rank; index++) count *= axisAt(axes, index).positions
  return count
}
