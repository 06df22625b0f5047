import { axisAt, tapsOf } from './conv-axis'
import { packLeft } from './pack'
import { ROWS } from './tile'

/** Where a tap lies in its kernel, in elements. */
function tapElement(axes: usize, rank: i32, tap: i32): i32 {
  let element = 0, step = 1
  for (let index = rank - 1; index >= 0; index--) {
    const axis = axisAt(axes, index)
    element += (axis.firstTap + tap % axis.taps * axis.tapStep) * step
    step *= axis.window
    tap /= axis.taps
  }
  return element
}

/**
 * The taps that `axes` name of a kernel [group, output, channel, …window] as left operands of a matrix product:
 * [group, ⌈output / ROWS⌉, channel, tap, ROWS]. Outputs that the last panel of a group lacks repeat others. `outputs` are
 * those of one group; a unit is one panel of ROWS.
 */
export function convWeights(
  kernel: usize, to: usize, axes: usize, rank: i32, channels: i32, outputs: i32, begin: i32, end: i32,
): void {
  let window = 1
  for (let index = 0; index < rank; index++) window *= axisAt(axes, index).window
  const taps = tapsOf(axes, rank)
  const panels = (outputs + ROWS - 1) / ROWS
  const channelBytes = <usize>window << 2
  const outputBytes = <usize>channels * channelBytes
  const panelBytes = <usize>(channels * taps * ROWS) << 2
  for (let unit = begin; unit < end; unit++) {
    const group = unit / panels
    const first = (unit - group * panels) * ROWS
    const from = kernel + <usize>(group * outputs + first) * outputBytes
    const panel = to + <usize>unit * panelBytes
    const rows = min(ROWS, outputs - first)
    if (taps == window) {
      packLeft(from, outputBytes, panel, rows, channels * taps)
      continue
    }
    for (let tap = 0; tap < taps; tap++) {
      let source = from + (<usize>tapElement(axes, rank, tap) << 2)
      let target = panel + <usize>tap * ROWS * 4
      for (let channel = 0; channel < channels; channel++) {
        for (let row = 0; row < ROWS; row++)
          store<f32>(target + (<usize>row << 2), load<f32>(source + <usize>min(row, rows - 1) * outputBytes))
        source += channelBytes
        target += <usize>(taps * ROWS) << 2
      }
    }
  }
}

/** The taps that `axes` name of kernel number `index`, in a row. */
export function listFactors(to: usize, kernel: usize, axes: usize, rank: i32, index: i32): void {
  let window = 1
  for (let axis = 0; axis < rank; axis++) window *= axisAt(axes, axis).window
  const from = kernel + (<usize>(index * window) << 2)
  const taps = tapsOf(axes, rank)
  if (taps == window) memory.copy(to, from, <usize>taps << 2)
  else
    for (let tap = 0; tap < taps; tap++)
      store<f32>(to + (<usize>tap << 2), load<f32>(from + (<usize>tapElement(axes, rank, tap) << 2)))
}
