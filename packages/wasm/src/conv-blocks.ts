import type { ConvAxis } from './conv-axis.ts'
import { tileColumns } from './kernels.ts'

export const productOf = (axes: readonly ConvAxis[], of: 'taps' | 'positions'): number =>
  axes.reduce((size, axis) => size * axis[of], 1)

/** Elements of the channels and taps that are packed at a time: a panel of as many stays in the first-level cache. */
const depth = 256

/**
 * Panels of 8 positions that are computed at a time. Those of `conv` fill half of the second-level cache with their
 * patches; the others pack none, and find the places of a whole image once for all groups and examples.
 */
export const panelBlocks = { conv: 32, convNarrow: 160, convDots: 160 }

/** Elements of all frames of `convNarrow`: few enough to stay in the caches. */
const frameElements = 2 ** 14

/** Elements of the frames that `conv` copies before it packs from them: half of the first-level cache. */
const packedElements = 2 ** 12

/** From so many positions on, an example is numbered by itself, although its last panel may be partial. */
const alone = 64

/** What is packed at a time of a part of a convolution, and how large the part of the input is that this needs. */
export const blocksOf = (
  axes: readonly ConvAxis[],
  batch: number,
  channels: number,
  kernel: keyof typeof panelBlocks,
) => {
  const panelBlock = panelBlocks[kernel]
  const taps = productOf(axes, 'taps')
  // lines count as whole fours of positions where these are lanes
  const length = axes.at(-1)!.positions
  const counted = kernel === 'conv' ? length : Math.ceil(length / 4) * 4
  const positions = (productOf(axes, 'positions') / length) * counted
  const together = positions < alone ? batch : 1
  const most = Math.min(panelBlock * tileColumns, together * positions)
  // a block may begin and end within an example, and within an outermost row of it
  const examples = Math.min(together, Math.ceil((most - 1) / positions) + 1)
  const [outermost, ...others] = axes
  const rowPositions = others.length === 0 ? 1 : positions / outermost!.positions
  const rows = Math.min(outermost!.positions, Math.ceil((most - 1) / rowPositions) + 1)
  const extents = [{ ...outermost!, positions: together > 1 ? outermost!.positions : rows }, ...others].map(
    (axis) => Math.max(0, (axis.positions - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1),
  )
  const sizeOf = (sizes: readonly number[]): number => sizes.reduce((size, extent) => size * extent, examples)
  const elements = sizeOf(extents)
  // all taps of some channels, or some taps of one
  const channelBlock = Math.max(
    1,
    Math.min(channels, Math.floor(kernel === 'conv' ? depth / Math.max(1, taps) : frameElements / elements)),
  )
  return {
    together,
    units: (batch / together) * Math.ceil((together * positions) / tileColumns),
    channelBlock,
    frames: Math.max(1, Math.min(channelBlock, Math.floor(packedElements / elements))),
    tapBlock: Math.max(1, Math.min(taps, depth)),
    elements,
    lines: sizeOf(extents.slice(0, -1)),
  }
}
