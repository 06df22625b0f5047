import { axisAt, positionsOf, tapsOf } from './conv-axis'
import { copyLines, frameSides, lineElements, listLines, needsNoFrame, SIDE_BYTES } from './conv-frame'
import { placeQuads, QUAD_BYTES } from './conv-patches'
import { COLUMNS } from './tile'

/** A convolution as its kernels see it, and the block of output positions on which one of them works. */
@unmanaged
export class Block {
  input: usize
  to: usize
  axes: usize
  rank: i32
  batch: i32
  /** Examples through which positions are numbered: one or all. */
  together: i32
  /** Of one group. */
  channels: i32
  outputs: i32
  batchGroups: i32
  panelBlock: i32

  taps: i32
  /** Positions as which a line counts. */
  length: i32
  /** Positions of one example, and of as many as are numbered together. */
  positions: i32
  count: i32
  panels: i32
  /** Bytes from one channel, example or output channel to the next. */
  channelIn: usize
  exampleIn: i32
  exampleOut: i32
  outputBytes: usize
  /** Whether the input is the frame, because nothing lies outside. */
  isInput: bool

  /** The frame's sides, and two quads for each panel. */
  sides: usize
  quads: usize

  group: i32
  /** The panels of the block. */
  first: i32
  some: i32
  /** Channel 0 of the group in the first example that the frame holds. */
  source: usize
  /** The first output of the group in the first example. */
  target: usize
  /** Frames of so many channels, `frameStep` bytes apart, and the lines that are copied into each. */
  frames: i32
  frameStep: usize
  copy: usize
  lines: usize
  linesEnd: usize
  lineSize: i32
}

/** Bytes of workspace of `describe`. */
export function blockBytes(rank: i32, panelBlock: i32): i32 {
  return <i32>(offsetof<Block>() + <usize>rank * SIDE_BYTES + <usize>panelBlock * 2 * QUAD_BYTES)
}

/** Bytes of frames that have so many elements together, and so many lines each. */
@inline
export function frameBytes(elements: i32, lines: i32): i32 {
  return (elements << 2) + (lines << 3)
}

/**
 * Writes what all blocks have in common to the workspace; `copy` has room for frames. If it is `byLines`, a line counts
 * as whole fours of positions.
 */
export function describe(
  workspace: usize, copy: usize, input: usize, to: usize, axes: usize, rank: i32, batch: i32, together: i32,
  channels: i32, outputs: i32, featureGroups: i32, batchGroups: i32, panelBlock: i32, byLines: bool, frames: i32,
): Block {
  const block = changetype<Block>(workspace)
  let area = 1, resultArea = 1
  for (let index = 0; index < rank; index++) {
    const axis = axisAt(axes, index)
    area *= axis.size
    resultArea *= axis.result
  }
  block.input = input
  block.to = to
  block.axes = axes
  block.rank = rank
  block.batch = batch
  block.together = together
  block.channels = channels
  block.outputs = outputs
  block.batchGroups = batchGroups
  block.panelBlock = panelBlock
  block.taps = tapsOf(axes, rank)
  const line = axisAt(axes, rank - 1).positions
  block.length = byLines ? (line + 3) & ~3 : line
  block.positions = positionsOf(axes, rank) / line * block.length
  block.count = together * block.positions
  block.panels = (block.count + COLUMNS - 1) / COLUMNS
  block.channelIn = <usize>area << 2
  block.exampleIn = (featureGroups * channels * area) << 2
  block.exampleOut = (featureGroups * batchGroups * outputs * resultArea) << 2
  block.outputBytes = <usize>resultArea << 2
  block.isInput = block.taps * channels == 0 || needsNoFrame(axes, rank)
  block.sides = workspace + offsetof<Block>()
  block.quads = block.sides + <usize>rank * SIDE_BYTES
  block.copy = copy
  block.frames = frames
  block.some = 0
  return block
}

/** Opens the block of panels from number `begin` on, of those before `end`; gives the panel after it. */
export function open(block: Block, begin: i32, end: i32): i32 {
  const axes = block.axes, rank = block.rank, positions = block.positions, count = block.count
  const job = begin / block.panels
  const group = job * block.together / block.batch
  const example = job * block.together - group * block.batch
  const first = begin - job * block.panels
  // blocks of about equal size
  const left = min(block.panels - first, end - begin)
  const blocks = (left + block.panelBlock - 1) / block.panelBlock
  const some = (left + blocks - 1) / blocks
  const firstPosition = first * COLUMNS, lastPosition = min(count, (first + some) * COLUMNS) - 1
  const firstExample = firstPosition / positions, lastExample = lastPosition / positions
  const inGroup = block.batchGroups > 1 ? 0 : <usize>(group * block.channels) * block.channelIn
  const before = (block.batchGroups > 1 ? group * block.batch : 0) + example + firstExample
  block.group = group
  block.source = block.input + <usize>(before * block.exampleIn) + inGroup
  block.target = block.to + <usize>(example * block.exampleOut) + <usize>(group * block.outputs) * block.outputBytes
  // another group or example often has the same panels, and its frame the same zeros
  if (first == block.first && some == block.some) return begin + some
  block.first = first
  block.some = some

  const last = axisAt(axes, 0).positions - 1
  const rowPositions = rank == 1 ? 1 : positions / axisAt(axes, 0).positions
  const partial = firstExample == lastExample
  const elements = frameSides(
    block.sides, axes, rank, block.isInput, partial ? firstPosition % positions / rowPositions : 0,
    partial ? min(last, lastPosition % positions / rowPositions) : last,
  )
  placeQuads(
    block.quads, 2 * some, block.sides, axes, rank, block.length, firstPosition, count, firstExample,
    block.isInput ? block.exampleIn : elements << 2, block.exampleOut,
  )
  if (block.isInput) block.frameStep = block.channelIn
  else {
    const examples = lastExample - firstExample + 1
    const bytes = <usize>(examples * elements) << 2
    memory.fill(block.copy, 0, bytes * block.frames)
    block.frameStep = bytes
    block.lines = block.copy + bytes * block.frames
    block.lineSize = lineElements(block.sides, axes, rank)
    block.linesEnd =
      block.lineSize > 0
        ? listLines(block.lines, block.sides, axes, rank, examples, block.exampleIn)
        : block.lines
  }
  return begin + some
}

/** The frames of `count` channels of the group, those of others are lost. */
export function framesOf(block: Block, channel: i32, count: i32): usize {
  const plane = block.source + <usize>channel * block.channelIn
  if (block.isInput) return plane
  for (let c = 0; c < count; c++)
    copyLines(
      block.lines, block.linesEnd, plane + <usize>c * block.channelIn, block.copy + <usize>c * block.frameStep,
      block.lineSize,
    )
  return block.copy
}

/** The two quads of a panel of the block. */
@inline
export function quadsOf(block: Block, panel: i32): usize {
  return block.quads + <usize>panel * 2 * QUAD_BYTES
}

/** How many positions a panel of the block has. */
@inline
export function columnsOf(block: Block, panel: i32): i32 {
  return min(COLUMNS, block.count - (block.first + panel) * COLUMNS)
}
