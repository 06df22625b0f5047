import { axisAt } from './conv-axis'

// The part of the input that a block of output positions sees, with zeros where there is none. One channel of it is
// copied at a time, so that it stays in the first-level cache while its patches are packed.

/** The frame along one axis. */
@unmanaged
export class Side {
  /** The input coordinate at which it begins. */
  begin: i32
  extent: i32
}

export const SIDE_BYTES: usize = 8

@inline
export function sideAt(sides: usize, index: i32): Side {
  return changetype<Side>(sides + <usize>index * SIDE_BYTES)
}

/** Whether every position sees input elements only, so that the input can be its own frame. */
export function needsNoFrame(axes: usize, rank: i32): bool {
  for (let index = 0; index < rank; index++) {
    const axis = axisAt(axes, index)
    const last = (axis.positions - 1) * axis.stride + (axis.taps - 1) * axis.dilation - axis.low
    if (axis.low > 0 || last >= axis.size) return false
  }
  return true
}

/**
 * The frame of the positions from `first` to `last` along the outermost axis: elements of one example. Or the input
 * itself, if it `isInput`.
 */
export function frameSides(sides: usize, axes: usize, rank: i32, isInput: bool, first: i32, last: i32): i32 {
  let elements = 1
  for (let index = 0; index < rank; index++) {
    const axis = axisAt(axes, index), side = sideAt(sides, index)
    const from = index == 0 ? first : 0, to = index == 0 ? last : axis.positions - 1
    side.begin = isInput ? 0 : from * axis.stride - axis.low
    side.extent = isInput ? axis.size : (to - from) * axis.stride + (axis.taps - 1) * axis.dilation + 1
    elements *= side.extent
  }
  return elements
}

/**
 * Lists the lines (along the last axis) of the frame that lie inside the input: (bytes in the frame, bytes from the
 * first example) each. Gives the end of the list.
 */
export function listLines(
  lines: usize, sides: usize, axes: usize, rank: i32, examples: i32, exampleBytes: i32,
): usize {
  let count = examples
  for (let index = 0; index < rank - 1; index++) count *= sideAt(sides, index).extent
  const inner = sideAt(sides, rank - 1)
  for (let line = 0; line < count; line++) {
    let rest = line, from = 0, step = axisAt(axes, rank - 1).size << 2, inside = true
    for (let index = rank - 2; index >= 0; index--) {
      const axis = axisAt(axes, index), side = sideAt(sides, index)
      const next = rest / side.extent
      const at = side.begin + rest - next * side.extent
      inside = inside && at >= 0 && at < axis.size
      from += at * step
      step *= axis.size
      rest = next
    }
    if (!inside) continue
    store<i32>(lines, (line * inner.extent + max(0, -inner.begin)) << 2)
    store<i32>(lines, from + rest * exampleBytes + (max(0, inner.begin) << 2), 4)
    lines += 8
  }
  return lines
}

/** Elements of a line of the frame that lie inside the input. */
export function lineElements(sides: usize, axes: usize, rank: i32): i32 {
  const side = sideAt(sides, rank - 1)
  return min(axisAt(axes, rank - 1).size, side.begin + side.extent) - max(0, side.begin)
}

/** Copies the listed lines, of `elements` elements each. */
export function copyLines(lines: usize, end: usize, from: usize, to: usize, elements: i32): void {
  const bytes = <usize>elements << 2
  if (elements >= 4 && elements <= 8) {
    // two vectors, which may overlap
    const second = bytes - 16
    for (; lines < end; lines += 8) {
      const target = to + load<i32>(lines), source = from + load<i32>(lines, 4)
      const x = v128.load(source), y = v128.load(source + second)
      v128.store(target, x)
      v128.store(target + second, y)
    }
    return
  }
  for (; lines < end; lines += 8) {
    let target = to + load<i32>(lines), source = from + load<i32>(lines, 4)
    const stop = target + bytes
    if (elements >= 4) {
      for (; target + 16 <= stop; target += 16) {
        v128.store(target, v128.load(source))
        source += 16
      }
      // the last vector overlaps the one before
      const back = target + 16 - stop
      v128.store(target - back, v128.load(source - back))
    } else
      for (; target < stop; target += 4) {
        store<f32>(target, load<f32>(source))
        source += 4
      }
  }
}
