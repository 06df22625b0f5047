import { axisAt, positionsOf, tapsOf } from './conv-axis'
import { copyLines, frameSides, lineElements, listLines, needsNoFrame, SIDE_BYTES } from './conv-frame'
import { listTaps, packQuad, placeQuad, QUAD_BYTES } from './conv-patches'
import { multiplyPanel, TILE_BYTES } from './conv-tiles'
import { COLUMNS, ROWS } from './tile'

// Convolution as a matrix product [output, channel and tap] · [channel and tap, position] whose right operand is never
// stored: patches of the input are packed for a few panels of 8 positions and a few hundred channels and taps at a
// time, just before they are multiplied.

/** Bytes of workspace of `conv`; the frame of a block has at most so many elements and lines. */
export function convWorkspace(
  rank: i32, channelBlock: i32, tapBlock: i32, panelBlock: i32, elements: i32, lines: i32,
): i32 {
  const perPanel = 2 * QUAD_BYTES + <usize>(channelBlock * tapBlock * COLUMNS * 4)
  const lists = <usize>rank * SIDE_BYTES + <usize>(tapBlock * 4 + lines * 8)
  return <i32>(TILE_BYTES + <usize>panelBlock * perPanel + lists + (<usize>elements << 2))
}

/**
 * Cross-correlation. `weights` come from `convWeights`, `axes` from `convAxis`. `channels` and `outputs` are those of
 * one group. `panelBlock` panels of 8 positions, `channelBlock` channels and `tapBlock` taps are packed at a time,
 * where `channelBlock` is 1 unless all taps are. Positions are numbered through `together` examples, one or all. A
 * unit of the range is a panel of positions of a group of so many examples.
 */
export function conv(
  input: usize, weights: usize, to: usize, axes: usize, rank: i32, batch: i32, together: i32, channels: i32,
  outputs: i32, featureGroups: i32, batchGroups: i32, channelBlock: i32, tapBlock: i32, panelBlock: i32,
  workspace: usize, begin: i32, end: i32,
): void {
  let area = 1, resultArea = 1
  for (let index = 0; index < rank; index++) {
    const axis = axisAt(axes, index)
    area *= axis.size
    resultArea *= axis.result
  }
  const taps = tapsOf(axes, rank)
  const positions = positionsOf(axes, rank)
  const rowPositions = positions / axisAt(axes, 0).positions
  const count = together * positions
  const panels = (count + COLUMNS - 1) / COLUMNS
  const groups = featureGroups * batchGroups
  const channelBytes = <usize>area << 2, outputBytes = <usize>resultArea << 2
  const exampleBytes = featureGroups * channels * <i32>channelBytes
  const exampleOut = groups * outputs * <i32>outputBytes
  const leftBytes = <usize>(taps * channels * ROWS) << 2
  const weightBytes = <usize>((outputs + ROWS - 1) / ROWS) * leftBytes
  const isInput = taps * channels == 0 || needsNoFrame(axes, rank)

  const patches = workspace + TILE_BYTES
  const sides = patches + <usize>(panelBlock * channelBlock * tapBlock * COLUMNS * 4)
  const table = sides + <usize>rank * SIDE_BYTES
  const quads = table + (<usize>tapBlock << 2)
  const copy = quads + <usize>panelBlock * 2 * QUAD_BYTES

  while (begin < end) {
    const job = begin / panels
    const group = job * together / batch
    const example = job * together - group * batch
    const first = begin - job * panels
    // blocks of about equal size
    const left = min(panels - first, end - begin)
    const blocks = (left + panelBlock - 1) / panelBlock
    const some = (left + blocks - 1) / blocks
    begin += some
    const firstPosition = first * COLUMNS, lastPosition = min(count, (first + some) * COLUMNS) - 1
    const firstExample = firstPosition / positions, lastExample = lastPosition / positions
    const source =
      input + <usize>((batchGroups > 1 ? group * batch : 0) + example + firstExample) * exampleBytes +
      (batchGroups > 1 ? 0 : <usize>(group * channels) * channelBytes)
    const target = to + <usize>example * exampleOut + <usize>(group * outputs) * outputBytes

    const elements = frameSides(
      sides, axes, rank, isInput, firstExample == lastExample ? firstPosition % positions / rowPositions : 0,
      firstExample == lastExample ? lastPosition % positions / rowPositions : axisAt(axes, 0).positions - 1,
    )
    for (let quad = 0; quad < 2 * some; quad++)
      placeQuad(
        quads + <usize>quad * QUAD_BYTES, sides, axes, rank, firstPosition + quad * 4, count, firstExample,
        isInput ? exampleBytes : elements << 2, exampleOut,
      )
    const examples = lastExample - firstExample + 1
    const lines = copy + (<usize>(examples * elements) << 2)
    let linesEnd = lines
    const lineSize = lineElements(sides, axes, rank)
    if (!isInput) {
      memory.fill(copy, 0, <usize>(examples * elements) << 2)
      if (lineSize > 0) linesEnd = listLines(lines, sides, axes, rank, examples, exampleBytes)
    }
    if (taps * channels == 0) {
      for (let panel = 0; panel < some; panel++)
        multiplyPanel(
          0, weights, 0, patches, quads + <usize>panel * 2 * QUAD_BYTES, min(COLUMNS, count - (first + panel) * COLUMNS),
          target, outputBytes, outputs, workspace, false,
        )
      continue
    }
    for (let channel = 0; channel < channels; channel += channelBlock) {
      const someChannels = min(channelBlock, channels - channel)
      for (let tap = 0; tap < taps; tap += tapBlock) {
        const someTaps = min(tapBlock, taps - tap)
        const depth = someChannels * someTaps
        const patchBytes = <usize>depth * COLUMNS * 4
        if (channel == 0 || tapBlock < taps) listTaps(table, sides, axes, rank, tap, someTaps)
        for (let c = 0; c < someChannels; c++) {
          const plane = source + <usize>(channel + c) * channelBytes
          if (!isInput && tap == 0) copyLines(lines, linesEnd, plane, copy, lineSize)
          const frame = isInput ? plane : copy
          for (let quad = 0; quad < 2 * some; quad++)
            packQuad(
              quads + <usize>quad * QUAD_BYTES, frame, table, someTaps,
              patches + <usize>(quad >> 1) * patchBytes + <usize>(c * someTaps * COLUMNS * 4 + ((quad & 1) << 4)),
            )
        }
        const from = weights + <usize>group * weightBytes + (<usize>((channel * taps + tap * someChannels) * ROWS) << 2)
        for (let panel = 0; panel < some; panel++)
          multiplyPanel(
            depth, from, leftBytes, patches + <usize>panel * patchBytes, quads + <usize>panel * 2 * QUAD_BYTES,
            min(COLUMNS, count - (first + panel) * COLUMNS), target, outputBytes, outputs, workspace,
            channel + tap > 0,
          )
      }
    }
  }
}
