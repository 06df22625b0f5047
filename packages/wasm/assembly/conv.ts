import { convDot, isNarrow } from './conv-dot'
import { packRow } from './conv-pack'
import { CHANNELS, convTile, POSITIONS } from './conv-tile'

// Convolution without a matrix of patches. The vector lanes are output channels, so that stride, padding and
// dilation only decide which input elements are spread over them: 5 positions of an output row times 8 output
// channels are computed in registers (convTile); where there are few outputs, the lanes are input channels
// (convDot). Input rows are first copied to [column, channel] with their
// padding, one example at a time and each only when it is needed; taps that meet padding rows or the zeros
// of a dilated input are left out.

/** One spatial axis: sizes of input, kernel and result, then how they meet. */
@unmanaged
class Axis {
  size: i32
  window: i32
  result: i32
  stride: i32
  low: i32
  lhsDilation: i32
  rhsDilation: i32
}

const AXIS_BYTES: usize = 28

@inline
function axisAt(axes: usize, index: i32): Axis {
  return changetype<Axis>(axes + <usize>index * AXIS_BYTES)
}

/** Writes one axis for `conv`. */
export function convAxis(
  axes: usize, index: i32, size: i32, window: i32, result: i32, stride: i32, low: i32, lhsDilation: i32,
  rhsDilation: i32, begin: i32, end: i32,
): void {
  const axis = axisAt(axes, index)
  axis.size = size
  axis.window = window
  axis.result = result
  axis.stride = stride
  axis.low = low
  axis.lhsDilation = lhsDilation
  axis.rhsDilation = rhsDilation
}

/** The number of the input row that meets an output row under a tap of the outer axes, or −1. */
function inputRow(axes: usize, outer: i32, row: i32, tap: i32): i32 {
  let result = 0, step = 1
  for (let index = outer - 1; index >= 0; index--) {
    const axis = axisAt(axes, index)
    const position = row % axis.result * axis.stride + tap % axis.window * axis.rhsDilation - axis.low
    row /= axis.result
    tap /= axis.window
    if (position < 0 || position % axis.lhsDilation != 0) return -1
    const at = position / axis.lhsDilation
    if (at >= axis.size) return -1
    result += at * step
    step *= axis.size
  }
  return result
}

/**
 * Cross-correlation. `kernel` comes from `convPack`, `axes` from `convAxis` (`outer` of them and the last one).
 * `channels` and `outputs` are those of one group. A packed row has `columns` columns from column `first` of
 * the input on. The other areas are workspace: `tags` (a word per input row), `table` (8 bytes per tap),
 * `packed` (an input row each) and `tile` (160 bytes). A unit of the range is one output row of one group.
 */
export function conv(
  input: usize, kernel: usize, to: usize, axes: usize, outer: i32, batch: i32, channels: i32, outputs: i32,
  featureGroups: i32, batchGroups: i32, first: i32, columns: i32, tags: usize, table: usize, packed: usize,
  tile: usize, begin: i32, end: i32,
): void {
  let inputRows = 1, outputRows = 1, outerTaps = 1
  for (let index = 0; index < outer; index++) {
    const axis = axisAt(axes, index)
    inputRows *= axis.size
    outputRows *= axis.result
    outerTaps *= axis.window
  }
  const line = axisAt(axes, outer)
  memory.fill(tags, 0, <usize>inputRows << 2)
  const groups = featureGroups * batchGroups
  const area = inputRows * line.size
  const channelStep = (<usize>outputRows * line.result) << 2
  const pixelBytes = channels << 2
  const rowBytes = <usize>columns * pixelBytes
  // every `phases` positions along the row meet the same taps
  let phases = 1
  while (phases * line.stride % line.lhsDilation != 0) phases++
  const step = <usize>(phases * line.stride / line.lhsDilation) * pixelBytes
  // without dilation, the taps of a row lie side by side
  const joined = line.lhsDilation == 1 && line.rhsDilation == 1
  const narrow = isNarrow(channels, outputs)
  const width = narrow ? 1 : CHANNELS
  const panels = (outputs + width - 1) / width
  const tapBytes = pixelBytes * width
  const segment = <usize>(joined ? line.window * tapBytes : tapBytes)
  const panelBytes = <usize>outerTaps * line.window * tapBytes

  for (let unit = begin; unit < end; unit++) {
    const job = unit / outputRows
    const row = unit - job * outputRows
    const n = job / groups
    const group = job - n * groups
    const example = batchGroups > 1 ? group * batch + n : n
    const plane = input + ((<usize>(example * featureGroups + (featureGroups > 1 ? group : 0)) * channels * area) << 2)
    const target = to + <usize>job * outputs * channelStep + ((<usize>row * line.result) << 2)
    for (let phase = 0; phase < phases; phase++) {
      let entry = table
      for (let tap = 0; tap < outerTaps; tap++) {
        const from = inputRow(axes, outer, row, tap)
        if (from < 0 || segment == 0) continue
        const pixels = packed + <usize>from * rowBytes
        if (load<i32>(tags + (<usize>from << 2)) != job + 1) {
          store<i32>(tags + (<usize>from << 2), job + 1)
          const source = plane + ((<usize>from * line.size) << 2)
          packRow(source, <usize>area << 2, line.size, channels, first, columns, pixels)
        }
        const taps = joined ? 1 : line.window
        for (let k = 0; k < taps; k++) {
          const position = phase * line.stride - line.low + k * line.rhsDilation
          if (position % line.lhsDilation != 0) continue
          store<usize>(entry, pixels + <usize>(position / line.lhsDilation - first) * pixelBytes)
          store<i32>(entry, (tap * line.window + k) * tapBytes, 4)
          entry += 8
        }
      }
      const positions = (line.result - phase + phases - 1) / phases
      const tiles = (positions + POSITIONS - 1) / POSITIONS
      for (let panel = 0; panel < panels; panel++) {
        const output = panel * width
        const weights = kernel + <usize>(group * panels + panel) * panelBytes
        const corner = target + <usize>output * channelStep
        const present = min(width, outputs - output)
        // tiles of about equal size
        for (let t = 0, at = 0; t < tiles; t++) {
          const next = (t + 1) * positions / tiles
          const shift = <usize>at * step
          if (narrow) convDot(next - at, table, entry, shift, step, weights, segment, tile)
          else convTile(next - at, table, entry, shift, step, weights, segment, tile)
          put(tile, corner + (<usize>(phase + at * phases) << 2), channelStep, phases << 2, present, next - at)
          at = next
        }
      }
    }
  }
}

/** Moves a tile [position, channel] to its places. */
function put(tile: usize, to: usize, channelStep: usize, step: usize, channels: i32, positions: i32): void {
  for (let channel = 0; channel < channels; channel++) {
    let from = tile + (<usize>channel << 2), at = to
    for (let position = 0; position < positions; position++) {
      store<f32>(at, load<f32>(from))
      from += 32
      at += step
    }
    to += channelStep
  }
}
