import { type PrimitiveParameters, sizeOf, type TensorSpec } from '@vae/tensor'
import { elementKind, type KernelSizes } from './kernels.ts'
import type { KernelWork } from './lowering.ts'
import { widthOf } from './step.ts'

/** x as [batch, outer, size, inner] and the indices as [batch, count]. */
const rowsOf = (x: TensorSpec, index: TensorSpec, { axis, batchDims }: PrimitiveParameters['gather']) => ({
  slices: sizeOf(x.shape.slice(0, axis)),
  outer: sizeOf(x.shape.slice(batchDims, axis)),
  size: x.shape[axis]!,
  inner: sizeOf(x.shape.slice(axis + 1)),
  count: sizeOf(index.shape.slice(batchDims)),
})

/** Rows of x at the indices. */
export const gatherRows = (
  x: TensorSpec,
  index: TensorSpec,
  parameters: PrimitiveParameters['gather'],
): KernelWork => {
  const { slices, outer, size, inner, count } = rowsOf(x, index, parameters)
  return {
    steps: [
      {
        kind: 'call',
        kernel: 'gather',
        arguments: [{ operand: 0 }, { operand: 1 }, 'result', size, count, outer, inner * widthOf(x.dtype)],
        units: slices * count,
      },
    ],
    workspaces: [],
  }
}

/** x with updates added to its rows. */
export const scatterRows = (
  x: TensorSpec,
  index: TensorSpec,
  parameters: PrimitiveParameters['scatterAdd'],
  { scatterWorkspace }: KernelSizes,
): KernelWork => {
  const { slices, outer, size, inner, count } = rowsOf(x, index, parameters)
  const kind = elementKind('scatterAdd', x.dtype)
  return {
    steps: [
      {
        kind: 'call',
        kernel: 'scatterAdd',
        arguments: [
          { operand: 0 },
          { operand: 1 },
          { operand: 2 },
          'result',
          size,
          count,
          outer,
          inner,
          kind,
          { workspace: 0 },
        ],
        units: slices * size,
      },
    ],
    workspaces: [{ bytes: x.dtype === 'f32' ? scatterWorkspace(size, inner) : 0, perThread: true }],
  }
}
