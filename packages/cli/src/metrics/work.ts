import { recordFunction, simplify } from '@vae/autograd'
import { type AnyTensor, type Key, key, ones, sizeOf, type Tensor } from '@vae/tensor'
import type { HiddenTree, LatentDensity, RunModel } from '../models/run-model.ts'

/** What one log-weight of one example takes. */
export interface Work {
  /** Multiplications of layers. */
  readonly multiplications: number
  /** Numbers that pass between layers. */
  readonly numbers: number
}

/** What log p(x, z) − log q(z | x) takes, for each of many samples: found by recording, nothing is computed. */
export const workOf = (
  { init }: Pick<RunModel, 'init'>,
  density: LatentDensity<HiddenTree>,
  example: readonly number[],
): Work => {
  const samples = 64
  const { tape } = recordFunction(
    (seed: Key, x: Tensor<[number, ...number[]]>) => density.logWeights(init(seed).params)(x, seed, samples),
    // An example's rank is known to the run alone: that it has one more with its batch is what the cast says.
    [key(0), ones([1, ...example]) as AnyTensor as Tensor<[number, ...number[]]>],
  )
  const { values, applications } = simplify(tape)
  const size = (id: number): number => sizeOf(values[id]!.shape)
  const layers = applications.flatMap((application) => {
    const { primitive, operands, results } = application
    if (primitive !== 'matmul' && primitive !== 'conv') return []
    const [left, right] = operands.map((id) => values[id]!.shape)
    const numbers = size(results[0]!)
    // Each number is the product of a row and a column, or of a patch and a kernel.
    const length =
      primitive === 'conv'
        ? sizeOf(right!.slice(1))
        : left!.at(application.parameters.transposeLeft ? -2 : -1)!
    return [{ numbers, multiplications: numbers * length }]
  })
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / samples
  return {
    multiplications: mean(layers.map(({ multiplications }) => multiplications)),
    numbers: mean(layers.map(({ numbers }) => numbers)),
  }
}
