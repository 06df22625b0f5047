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
  const taps = tapsOf(axes, rank), line = axisAt(axes, rank - 1)
  // the last two axes are a plane of lines
  const across = axisAt(axes, max(0, rank - 2))
  const planeLines = rank > 1 ? across.taps : 1, planeTaps = planeLines * line.taps
  const lineBytes = <usize>(across.tapStep * line.window) << 2
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
    for (let tap = 0; tap < taps; tap += planeTaps) {
      let source = from + (<usize>tapElement(axes, rank, tap) << 2)
      for (let channel = 0; channel < channels; channel++) {
        let target = panel + (<usize>((channel * taps + tap) * ROWS) << 2)
        for (let i = 0; i < planeLines; i++) {
          packLine(source + <usize>i * lineBytes, outputBytes, target, rows, line.taps, <usize>line.tapStep << 2)
          target += <usize>(line.taps * ROWS) << 2
        }
        source += channelBytes
      }
    }
  }
}

/** As `packLeft`, for at most one panel whose columns lie `step` bytes apart. */
function packLine(from: usize, stride: usize, to: usize, rows: i32, taps: i32, step: usize): void {
  const last = rows - 1
  let p0 = from
  let p1 = p0 + <usize>min(1, last) * stride
  let p2 = p0 + <usize>min(2, last) * stride
  let p3 = p0 + <usize>min(3, last) * stride
  let p4 = p0 + <usize>min(4, last) * stride
  let p5 = p0 + <usize>min(ROWS - 1, last) * stride
  for (let tap = 0; tap < taps; tap++) {
    store<f32>(to, load<f32>(p0))
    store<f32>(to, load<f32>(p1), 4)
    store<f32>(to, load<f32>(p2), 8)
    store<f32>(to, load<f32>(p3), 12)
    store<f32>(to, load<f32>(p4), 16)
    if (ROWS > 5) store<f32>(to, load<f32>(p5), 20)
    to += ROWS * 4
    p0 += step
    p1 += step
    p2 += step
    p3 += step
    p4 += step
    p5 += step
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
