import type { PrimitiveParameters, TensorSpec } from '@vae/tensor'
import { type ConvAxis, convParts } from './conv-axis.ts'
import { blocksOf, panelBlocks, productOf } from './conv-blocks.ts'
import { convFlops } from './conv-flops.ts'
import { depthwiseWork, suitsDepthwise } from './depthwise.ts'
import { convAxisBytes, type KernelSizes } from './kernels.ts'
import type { KernelPlace, KernelWork } from './lowering.ts'
import type { CallStep } from './step.ts'
import { suitsWinograd, winogradWork } from './winograd.ts'

type Conv = PrimitiveParameters['conv']

type Call = CallStep<KernelPlace>

const call = (kernel: Call['kernel'], units: number, ...args: readonly (number | KernelPlace)[]): Call => ({
  kind: 'call',
  kernel,
  arguments: args,
  units,
})

/** Groups with fewer outputs than this would leave most of a tile empty. */
const fewOutputs = 4

/** Lanes of taps share no loads between outputs, and lose to a tile that is half empty. */
const fewForDots = 3

/**
 * How a part of a convolution is computed: as a matrix product, or where there are few outputs in a group by lanes of
 * positions; by lanes of taps if these are many and the positions few, as in the kernel gradient of a depthwise one.
 */
const kernelOf = (axes: readonly ConvAxis[], channels: number, outputs: number) => {
  const taps = productOf(axes, 'taps')
  const many = axes.at(-1)!.taps >= 8 && productOf(axes, 'positions') <= 64 && channels > 0 && taps > 0
  if (many) return outputs >= fewForDots ? 'conv' : 'convDots'
  return outputs >= fewOutputs ? 'conv' : 'convNarrow'
}

/** Where each thread works. What the parts of a convolution prepare for all threads comes behind, two for each. */
const workspace = { workspace: 0 }

/**
 * A convolution by its definition: its axes are written where the kernel reads them, and positions are computed a panel
 * of 8 at a time. Zeros between input elements never meet a tap: every phase of the positions is a convolution of its
 * own.
 */
const directWork = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  p: Conv,
  result: TensorSpec,
  sizes: KernelSizes,
): KernelWork => {
  const groups = p.featureGroups * p.batchGroups
  const [batch] = result.shape as readonly [number, ...number[]]
  const channels = rhs.shape[1]!
  const outputs = rhs.shape[0]! / groups
  const panels = groups * Math.ceil(outputs / sizes.tileRows())
  const flops = convFlops(lhs, rhs, p, result)
  const all = convParts(lhs.shape, rhs.shape, result.shape, p)
  const rank = all[0]!.length
  /** Pairs of a tap and a position: the operations are shared out by these. */
  const pairs = (axes: readonly ConvAxis[]): number => productOf(axes, 'taps') * productOf(axes, 'positions')
  const allPairs = all.reduce((sum, axes) => sum + pairs(axes), 0)
  const parts = all.map((axes, part) => {
    const [places, weights] = [{ workspace: 1 + 2 * part }, { workspace: 2 + 2 * part }]
    const kernel = kernelOf(axes, channels, outputs)
    const panelBlock = panelBlocks[kernel]
    const { together, units, channelBlock, frames, tapBlock, elements, lines } = blocksOf(
      axes,
      batch,
      channels,
      kernel,
    )
    const taps = productOf(axes, 'taps')
    const convolution = [places, rank, batch, together, channels, outputs, p.featureGroups, p.batchGroups]
    const ranged = (...args: readonly (number | KernelPlace)[]): Call => ({
      ...call(kernel, groups * units, { operand: 0 }, ...args, workspace),
      flops: allPairs === 0 ? 0 : (flops * pairs(axes)) / allPairs,
      part: true,
    })
    const described = axes.map((axis, index) => axisCall(places, axis, index))
    const narrow = [{ operand: 1 }, 'result', ...convolution] as const
    if (kernel === 'convNarrow')
      return {
        described,
        packed: [],
        weightBytes: 0,
        call: ranged(...narrow, channelBlock, panelBlock, taps),
        bytes: sizes.convNarrowWorkspace(
          rank,
          taps,
          channels,
          outputs,
          channelBlock,
          panelBlock,
          elements,
          lines,
        ),
      }
    if (kernel === 'convDots')
      return {
        described,
        packed: [],
        weightBytes: 0,
        call: ranged(...narrow, panelBlock, taps),
        bytes: sizes.convDotsWorkspace(rank, taps, outputs, panelBlock, elements, lines),
      }
    return {
      described,
      packed: [call('convWeights', panels, { operand: 1 }, weights, places, rank, channels, outputs)],
      weightBytes: panels * sizes.tileRows() * channels * taps * 4,
      call: ranged(weights, 'result', ...convolution, channelBlock, tapBlock, panelBlock, frames),
      bytes: sizes.convWorkspace(rank, channelBlock, tapBlock, panelBlock, frames, elements, lines),
    }
  })
  return {
    // so that threads wait for each other before the packing and before the first part, and not between parts
    steps: [
      ...parts.flatMap(({ described }) => described),
      ...parts.flatMap(({ packed }) => packed),
      ...parts.map((part) => part.call),
    ],
    workspaces: [
      { bytes: Math.max(...parts.map(({ bytes }) => bytes)), perThread: true },
      ...parts.flatMap(({ weightBytes }) => [
        { bytes: rank * convAxisBytes, perThread: false },
        { bytes: weightBytes, perThread: false },
      ]),
    ],
  }
}

const axisCall = (places: KernelPlace, axis: ConvAxis, index: number): Call =>
  call(
    'convAxis',
    1,
    places,
    index,
    axis.size,
    axis.window,
    axis.result,
    axis.taps,
    axis.firstTap,
    axis.tapStep,
    axis.positions,
    axis.firstPosition,
    axis.positionStep,
    axis.stride,
    axis.dilation,
    axis.low,
  )

/** The steps of a convolution: see docs/design/convolution.md. */
export const convWork = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  p: Conv,
  result: TensorSpec,
  sizes: KernelSizes,
): KernelWork => {
  if (suitsWinograd(rhs, p, result)) return winogradWork(lhs, rhs, p, result, sizes)
  if (suitsDepthwise(rhs, p, result)) return depthwiseWork(lhs, rhs, p, result, sizes)
  return directWork(lhs, rhs, p, result, sizes)
}
