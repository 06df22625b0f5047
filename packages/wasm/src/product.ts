import { type PrimitiveParameters, sizeOf, type TensorSpec } from '@vae/tensor'
import { vectorFlops } from './cost.ts'
import type { KernelSizes } from './kernels.ts'
import type { KernelWork } from './lowering.ts'

/** Functions that a product applies to its result: assembly/epilogue.ts numbers them alike. */
export const activations = { none: 0, relu: 1, tanh: 2, sigmoid: 3 }

export type Activation = keyof typeof activations

/** What an activation costs for each element. */
const activationFlops: Readonly<Record<Activation, number>> = {
  none: 0,
  relu: 1,
  tanh: vectorFlops.tanh,
  sigmoid: vectorFlops.sigmoid,
}

/** What a product does to its result [m, n] before others see it. */
export interface Finish {
  /** Whether operand 2, of `n` elements, is added to every row. */
  readonly bias: boolean
  /** What is applied then. */
  readonly activation: Activation
}

const plain: Finish = { bias: false, activation: 'none' }

/** A matrix product, batch by batch. */
export const productWork = (
  { transposeLeft, transposeRight }: PrimitiveParameters['matmul'],
  left: TensorSpec,
  result: TensorSpec,
  { matmulUnits, matmulWorkspace }: KernelSizes,
  { bias, activation }: Finish = plain,
): KernelWork => {
  const [m, n] = result.shape.slice(-2) as [number, number]
  const k = left.shape.at(transposeLeft ? -2 : -1)!
  const batch = sizeOf(result.shape.slice(0, -2))
  // every thread packs all of the operand that the range does not divide: that had better be the smaller one
  const byColumns = n > m ? 1 : 0
  return {
    steps: [
      {
        kind: 'call',
        kernel: 'matmul',
        arguments: [
          { operand: 0 },
          { operand: 1 },
          'result',
          m,
          n,
          k,
          Number(transposeLeft),
          Number(transposeRight),
          byColumns,
          bias ? { operand: 2 } : 0,
          activations[activation],
          { workspace: 0 },
        ],
        units: batch * matmulUnits(m, n, byColumns),
        flops: batch * m * n * (2 * k + Number(bias) + activationFlops[activation]),
        bytes: 4 * (batch * (m * k + k * n + m * n) + (bias ? n : 0)),
      },
    ],
    workspaces: [{ bytes: matmulWorkspace(m, n, k), perThread: true }],
  }
}
