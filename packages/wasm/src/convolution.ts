import type { PrimitiveParameters, TensorSpec } from '@vae/tensor'
import { type ConvAxis, convParts } from './conv-axis.ts'
import { convFlops } from './conv-flops.ts'
import { convAxisBytes, type KernelSizes, matmulColumns } from './kernels.ts'
import type { KernelPlace, KernelWork } from './lowering.ts'
import type { CallStep } from './step.ts'
import { suitsWinograd, winogradWork } from './winograd.ts'

type Conv = PrimitiveParameters['conv']

const product = (axes: readonly ConvAxis[], of: 'taps' | 'positions'): number =>
  axes.reduce((size, axis) => size * axis[of], 1)

const call = (
  kernel: CallStep<KernelPlace>['kernel'],
  units: number,
  ...args: readonly (number | KernelPlace)[]
): CallStep<KernelPlace> => ({ kind: 'call', kernel, arguments: args, units })

/** Elements of the channels and taps that are packed at a time: a panel of as many stays in the first-level cache. */
const depth = 256

/** Panels of 8 positions that are packed at a time: with their patches they fill half of the second-level cache. */
const panelBlock = 32

/** From so many positions on, an example is numbered by itself, although its last panel may be partial. */
const alone = 64

/** What is packed at a time of a part of a convolution, and how large the part of the input is that this needs. */
const blocksOf = (axes: readonly ConvAxis[], batch: number, channels: number) => {
  const taps = product(axes, 'taps')
  const positions = product(axes, 'positions')
  const together = positions < alone ? batch : 1
  const most = Math.min(panelBlock * matmulColumns, together * positions)
  // a block may begin and end within an example, and within an outermost row of it
  const examples = Math.min(together, Math.ceil((most - 1) / positions) + 1)
  const [outermost, ...others] = axes
  const rows = Math.min(outermost!.positions, Math.ceil((most - 1) / product(others, 'positions')) + 1)
  const extents = [{ ...outermost!, positions: together > 1 ? outermost!.positions : rows }, ...others].map(
    (axis) => Math.max(0, (axis.positions - 1) * axis.stride + (axis.taps - 1) * axis.dilation + 1),
  )
  const sizeOf = (sizes: readonly number[]): number => sizes.reduce((size, extent) => size * extent, examples)
  return {
    together,
    units: (batch / together) * Math.ceil((together * positions) / matmulColumns),
    // all taps of some channels, or some taps of one
    channelBlock: Math.max(1, Math.min(channels, Math.floor(depth / Math.max(1, taps)))),
    tapBlock: Math.max(1, Math.min(taps, depth)),
    elements: sizeOf(extents),
    lines: sizeOf(extents.slice(0, -1)),
  }
}

/**
 * A convolution as a matrix product without a matrix of patches: its axes are written where the kernel reads them, the
 * weights packed into panels of output channels, then output positions are computed, a panel of 8 at a time. Zeros
 * between input elements never meet a tap: every phase of the positions is a convolution of its own.
 */
const directWork = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  p: Conv,
  result: TensorSpec,
  sizes: KernelSizes,
): KernelWork => {
  const { featureGroups, batchGroups } = p
  const groups = featureGroups * batchGroups
  const channels = rhs.shape[1]!
  const outputs = rhs.shape[0]! / groups
  const batch = result.shape[0]!
  const panelRows = sizes.panelRows()
  const weightPanels = groups * Math.ceil(outputs / panelRows)
  const flops = convFlops(lhs, rhs, p, result)
  const parts = convParts(lhs.shape, rhs.shape, result.shape, p).map((axes) => ({
    axes,
    ...blocksOf(axes, batch, channels),
  }))
  const [places, weights, workspace] = [{ workspace: 0 }, { workspace: 1 }, { workspace: 2 }]
  const rank = parts[0]!.axes.length
  const most = (bytes: (part: (typeof parts)[number]) => number): number => Math.max(...parts.map(bytes))
  return {
    steps: parts.flatMap(({ axes, together, units, channelBlock, tapBlock }) => [
      ...axes.map((axis, i) =>
        call(
          'convAxis',
          1,
          places,
          i,
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
        ),
      ),
      call('convWeights', weightPanels, { operand: 1 }, weights, places, rank, channels, outputs),
      {
        ...call(
          'conv',
          groups * units,
          { operand: 0 },
          weights,
          'result',
          places,
          rank,
          batch,
          together,
          channels,
          outputs,
          featureGroups,
          batchGroups,
          channelBlock,
          tapBlock,
          panelBlock,
          workspace,
        ),
        flops: flops / parts.length,
      },
    ]),
    workspaces: [
      { bytes: rank * convAxisBytes, perThread: false },
      {
        bytes: weightPanels * panelRows * channels * 4 * most(({ axes }) => product(axes, 'taps')),
        perThread: false,
      },
      {
        bytes: most(({ channelBlock, tapBlock, elements, lines }) =>
          sizes.convWorkspace(rank, channelBlock, tapBlock, panelBlock, elements, lines),
        ),
        perThread: true,
      },
    ],
  }
}

/** The steps of a convolution: see docs/design/convolution.md. */
export const convWork = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  p: Conv,
  result: TensorSpec,
  sizes: KernelSizes,
): KernelWork =>
  suitsWinograd(rhs, p, result)
    ? winogradWork(lhs, rhs, p, result, sizes)
    : directWork(lhs, rhs, p, result, sizes)
