import { packLeft } from './pack'
import { ROWS } from './tile'
import { transformTaps } from './winograd-points'

/** Places in the plane of transformed tiles. */
export const POINTS: i32 = 36

/** Bytes of one transformed row of channels: whole vectors. */
@inline
function rowBytesOf(channels: i32): usize {
  return <usize>((channels + 3) & ~3) << 2
}

/** Bytes of workspace of `winogradWeights`: a transformed panel, nine taps and the rows of one transform. */
export function winogradWeightsWorkspace(channels: i32): i32 {
  return <i32>rowBytesOf(channels) * ROWS * POINTS + (9 + 18) * 16
}

/**
 * A kernel [output, channel, 3, 3] as the left operands of one matrix product for each point: [point,
 * ⌈output / ROWS⌉, channel, ROWS]. A unit is one panel of ROWS outputs.
 */
export function winogradWeights(
  kernel: usize, to: usize, channels: i32, outputs: i32, workspace: usize, begin: i32, end: i32,
): void {
  const panels = (outputs + ROWS - 1) / ROWS
  const panelBytes = <usize>channels * ROWS * 4
  // [point, output, channel]
  const rowBytes = rowBytesOf(channels)
  const planeBytes = rowBytes * ROWS
  const rows = workspace + planeBytes * POINTS
  for (let unit = begin; unit < end; unit++) {
    const first = unit * ROWS
    const present = min(ROWS, outputs - first)
    for (let output = 0; output < present; output++) {
      const source = kernel + <usize>(first + output) * channels * 36
      const target = workspace + <usize>output * rowBytes
      for (let channel = 0; channel < channels; channel += 4)
        transformKernels(
          source + <usize>channel * 36, min(4, channels - channel), rows, target + (<usize>channel << 2), planeBytes,
        )
    }
    for (let point = 0; point < POINTS; point++)
      packLeft(
        workspace + <usize>point * planeBytes, rowBytes, to + <usize>(point * panels + unit) * panelBytes, present,
        channels,
      )
  }
}

/** Up to four kernels side by side as vectors at `to`, one for each point, `step` bytes apart. */
function transformKernels(from: usize, count: i32, rows: usize, to: usize, step: usize): void {
  // [tap, lane]
  const taps = rows + 18 * 16
  for (let lane = 0; lane < count; lane++)
    for (let tap = 0; tap < 9; tap++)
      store<f32>(taps + <usize>((tap << 4) + (lane << 2)), load<f32>(from + <usize>(lane * 9 + tap) * 4))
  for (let column = 0; column < 3; column++) {
    const at = taps + (<usize>column << 4)
    transformTaps(v128.load(at), v128.load(at, 48), v128.load(at, 96), rows + (<usize>column << 4), 48)
  }
  for (let row = 0; row < 6; row++) {
    const at = rows + <usize>row * 48
    transformTaps(v128.load(at), v128.load(at, 16), v128.load(at, 32), to + <usize>row * 6 * step, step)
  }
}
