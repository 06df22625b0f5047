import { Block, blockBytes, columnsOf, describe, frameBytes, framesOf, open, quadsOf } from './conv-block'
import { listTaps, packQuad, QUAD_BYTES } from './conv-patches'
import { multiplyPanel, TILE_BYTES } from './conv-tiles'
import { COLUMNS, ROWS } from './tile'

// Convolution as a matrix product [output, channel and tap] · [channel and tap, position] whose right operand is never
// stored: patches of the input are packed for a few panels of 8 positions and a few hundred channels and taps at a
// time, just before they are multiplied.

/** Bytes of workspace of `conv`; a frame of a block has at most so many elements and lines. */
export function convWorkspace(
  rank: i32, channelBlock: i32, tapBlock: i32, panelBlock: i32, frames: i32, elements: i32, lines: i32,
): i32 {
  const patchBytes = channelBlock * tapBlock * COLUMNS * 4
  return (
    <i32>TILE_BYTES + (frames * tapBlock << 2) + panelBlock * patchBytes + blockBytes(rank, panelBlock) +
    frameBytes(frames * elements, lines)
  )
}

/**
 * Cross-correlation. `weights` come from `convWeights`, `axes` from `convAxis`. `channels` and `outputs` are those of
 * one group. `panelBlock` panels of 8 positions, `channelBlock` channels and `tapBlock` taps are packed at a time,
 * where `channelBlock` is 1 unless all taps are; frames of `frames` channels are copied at a time. Positions are numbered
 * through `together` examples, one or all. A unit of the range is a panel of positions of a group of so many examples.
 */
export function conv(
  input: usize, weights: usize, to: usize, axes: usize, rank: i32, batch: i32, together: i32, channels: i32,
  outputs: i32, featureGroups: i32, batchGroups: i32, channelBlock: i32, tapBlock: i32, panelBlock: i32,
  frames: i32, workspace: usize, begin: i32, end: i32,
): void {
  const patches = workspace + TILE_BYTES
  const table = patches + <usize>(panelBlock * channelBlock * tapBlock * COLUMNS * 4)
  const own = table + (<usize>(frames * tapBlock) << 2)
  const block = describe(
    own, own + <usize>blockBytes(rank, panelBlock), input, to, axes, rank, batch, together, channels, outputs,
    featureGroups, batchGroups, panelBlock, false, frames,
  )
  const taps = block.taps
  const leftBytes = <usize>(taps * channels * ROWS) << 2
  const weightBytes = <usize>((outputs + ROWS - 1) / ROWS) * leftBytes
  while (begin < end) {
    begin = open(block, begin, end)
    const left = weights + <usize>block.group * weightBytes
    if (taps * channels == 0) multiply(block, 0, left, 0, patches, workspace, false)
    for (let channel = 0; channel < channels; channel += channelBlock) {
      const someChannels = min(channelBlock, channels - channel)
      for (let tap = 0; tap < taps; tap += tapBlock) {
        const someTaps = min(tapBlock, taps - tap)
        if (channel == 0 || tapBlock < taps)
          listTaps(table, block.sides, axes, rank, tap, someTaps, frames, block.frameStep)
        pack(block, channel, someChannels, table, someTaps, patches)
        multiply(
          block, someChannels * someTaps, left + (<usize>((channel * taps + tap) * ROWS) << 2), leftBytes, patches,
          workspace, channel + tap > 0,
        )
      }
    }
  }
}

/** What the positions of a block see in some channels under some taps: [panel, channel, tap, 8]. */
function pack(block: Block, channel: i32, channels: i32, table: usize, taps: i32, patches: usize): void {
  const tapBytes = <usize>(taps * COLUMNS) << 2
  const patchBytes = <usize>channels * tapBytes
  for (let c = 0; c < channels; c += block.frames) {
    const some = min(block.frames, channels - c)
    const frame = framesOf(block, channel + c, some)
    for (let panel = 0; panel < block.some; panel++) {
      const quads = quadsOf(block, panel)
      const to = patches + <usize>panel * patchBytes + <usize>c * tapBytes
      packQuad(quads, frame, table, some * taps, to)
      packQuad(quads + QUAD_BYTES, frame, table, some * taps, to + 16)
    }
  }
}

/** All outputs of all panels of a block. */
function multiply(
  block: Block, depth: i32, left: usize, leftBytes: usize, patches: usize, aside: usize, accumulate: bool,
): void {
  for (let panel = 0; panel < block.some; panel++)
    multiplyPanel(
      depth, left, leftBytes, patches + (<usize>(panel * depth * COLUMNS) << 2), quadsOf(block, panel),
      columnsOf(block, panel), block.target, block.outputBytes, block.outputs, aside, accumulate,
    )
}
