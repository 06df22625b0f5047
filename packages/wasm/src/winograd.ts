import { type PrimitiveParameters, sizeOf, type TensorSpec } from '@vae/tensor'
import { convFlops } from './conv-flops.ts'
import { type KernelSizes, tileColumns, winogradPoints } from './kernels.ts'
import type { KernelWork } from './lowering.ts'

type Conv = PrimitiveParameters['conv']

const all = (values: readonly number[], value: number): boolean => values.every((each) => each === value)

/** Panels of 8 tiles of 4 × 4 outputs. */
const panelsOf = ({ shape: [batch, , height, width] }: TensorSpec): number =>
  Math.ceil((batch! * Math.ceil(height! / 4) * Math.ceil(width! / 4)) / tileColumns)

/** Whether a convolution is one that `winogradWork` computes, and large enough to win by it. */
export const suitsWinograd = (rhs: TensorSpec, p: Conv, result: TensorSpec): boolean => {
  const [outputs, channels, ...window] = rhs.shape as readonly [number, number, ...number[]]
  const plain =
    window.length === 2 && all(window, 3) && all([...p.stride, ...p.lhsDilation, ...p.rhsDilation], 1)
  if (!plain || p.featureGroups * p.batchGroups > 1) return false
  // a tile costs 36 products instead of 9 for each of its pixels that the result has
  const used = sizeOf(result.shape) / (panelsOf(result) * tileColumns * 16 * outputs)
  return channels >= 16 && outputs >= 16 && panelsOf(result) >= 4 && used >= 0.4
}

/** Bytes of transformed tiles that are wanted at a time: most of the second-level cache. */
const blockBytes = 2 ** 20

/**
 * A 3 × 3 convolution with stride 1 by Winograd's algorithm: the weights are transformed, then a few panels of tiles
 * at a time go through all stages. The errors of its results are about twice those of direct sums (see
 * docs/design/convolution.md).
 */
export const winogradWork = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  p: Conv,
  result: TensorSpec,
  { tileRows, winogradWorkspace, winogradWeightsWorkspace }: KernelSizes,
): KernelWork => {
  const [batch, channels, ...size] = lhs.shape as readonly [number, number, ...number[]]
  const outputs = rhs.shape[0]!
  const weightPanels = Math.ceil(outputs / tileRows())
  const fitting = Math.floor(blockBytes / (winogradPoints * channels * tileColumns * 4))
  // fewer than 4 panels of tiles read the weights too often, which come from beyond the cache when they are many
  const tilePanels = Math.min(panelsOf(result), Math.max(4, Math.min(8, fitting)))
  const outputPanels = Math.min(weightPanels, 8)
  const [weights, aside, workspace] = [{ workspace: 0 }, { workspace: 1 }, { workspace: 2 }]
  return {
    steps: [
      {
        kind: 'call',
        kernel: 'winogradWeights',
        arguments: [{ operand: 1 }, weights, channels, outputs, aside],
        units: weightPanels,
      },
      {
        kind: 'call',
        kernel: 'winograd',
        arguments: [
          { operand: 0 },
          weights,
          'result',
          batch,
          channels,
          outputs,
          ...size,
          ...result.shape.slice(2),
          ...p.low,
          tilePanels,
          outputPanels,
          workspace,
        ],
        units: panelsOf(result),
        flops: convFlops(lhs, rhs, p, result),
      },
    ],
    workspaces: [
      { bytes: winogradPoints * weightPanels * tileRows() * channels * 4, perThread: false },
      { bytes: winogradWeightsWorkspace(channels), perThread: true },
      { bytes: winogradWorkspace(channels, tilePanels, outputPanels), perThread: true },
    ],
  }
}
