import { type PrimitiveParameters, sizeOf, type TensorSpec } from '@vae/tensor'
import { convFlops } from './conv-flops.ts'
import type { KernelSizes } from './kernels.ts'
import type { KernelWork } from './lowering.ts'

type Conv = PrimitiveParameters['conv']

const all = (values: readonly number[], value: number): boolean => values.every((each) => each === value)

/** From so many outputs of a channel on, a matrix product shares more loads among them. */
const manyOutputs = 4

/** Whether a convolution is one that `depthwiseWork` computes: it needs a vector in each line. */
export const suitsDepthwise = (rhs: TensorSpec, p: Conv, result: TensorSpec): boolean => {
  const [outputs, channels, ...window] = rhs.shape as readonly [number, number, ...number[]]
  const plain =
    window.length === 2 && all(window, 3) && all([...p.stride, ...p.lhsDilation, ...p.rhsDilation], 1)
  const few = channels === 1 && p.batchGroups === 1 && outputs / p.featureGroups < manyOutputs
  return plain && few && result.shape.at(-1)! >= 4
}

/** A 3 × 3 convolution with stride 1 of single channels, in pairs of lines. */
export const depthwiseWork = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  p: Conv,
  result: TensorSpec,
  { convDepthwiseWorkspace }: KernelSizes,
): KernelWork => {
  const outputs = rhs.shape[0]!
  const [rows, columns] = result.shape.slice(2) as [number, number]
  const planes = sizeOf(result.shape.slice(0, 2))
  return {
    steps: [
      {
        kind: 'call',
        kernel: 'convDepthwise',
        arguments: [
          { operand: 0 },
          { operand: 1 },
          'result',
          outputs,
          outputs / p.featureGroups,
          ...lhs.shape.slice(2),
          ...p.low,
          rows,
          columns,
          { workspace: 0 },
        ],
        units: planes * Math.ceil(rows / 2),
        flops: convFlops(lhs, rhs, p, result),
      },
    ],
    workspaces: [{ bytes: convDepthwiseWorkspace(columns), perThread: true }],
  }
}
