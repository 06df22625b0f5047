import { compileWith, type Engine } from '@vae/autograd'
import type { DiagonalGaussian } from '@vae/models'
import { type Tensor, tensor } from '@vae/tensor'
import type { WeightedExamples } from './evaluate.ts'

/** Encodes data sets. */
export interface Encoder<P, Data> {
  /** The posteriors `[N, Z]` of all examples that count, in the order in which they came. */
  readonly run: (
    params: P,
    batches: Iterable<Data>,
    pause?: () => Promise<void>,
  ) => Promise<DiagonalGaussian<number, number>>
  /** Gives the engine's memory back. */
  readonly close: () => void
}

/** The rows of `[B, Z]` that have a weight other than 0. */
const rowsThatCount = (rows: Tensor<[number, number]>, weights: Tensor<[number]>): Float32Array => {
  const size = rows.shape[1]
  return rows.data.filter((_, index) => weights.data[Math.floor(index / size)] !== 0)
}

const concatenate = (parts: readonly Float32Array[], size: number): Tensor<[number, number]> => {
  const data = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    data.set(part, offset)
    offset += part.length
  }
  return tensor([size === 0 ? 0 : data.length / size, size], data)
}

/**
 * The posteriors of a whole data set, for metrics that need all of them at once: 8 Z bytes for each example. Batches are
 * encoded by the engine; examples of weight 0 are padding and left out, so the result does not depend on the batch size.
 *
 * ```ts
 * const encoder = posteriorsOf(
 *   await wasmEngine(),
 *   (p: typeof params, { x }: { x: Tensor<[128, 784]>; weights: Tensor<[128]> }) => model.encode(p)(x),
 * )
 * const { mean } = await encoder.run(params, [{ x, weights: ones([128]) }])
 * mean.shape // → [128, 2]
 * ```
 */
export const posteriorsOf = <P, Data extends WeightedExamples>(
  engine: Engine,
  encode: (params: P, batch: Data) => DiagonalGaussian<number, number>,
): Encoder<P, Data> => {
  const compiled = compileWith(engine)(encode)
  return {
    run: async (params, batches, pause) => {
      const means: Float32Array[] = []
      const logVars: Float32Array[] = []
      let size = 0
      for (const batch of batches) {
        const { mean, logVar } = compiled(params, batch)
        size = mean.shape[1]
        means.push(rowsThatCount(mean, batch.weights))
        logVars.push(rowsThatCount(logVar, batch.weights))
        await pause?.()
      }
      return { mean: concatenate(means, size), logVar: concatenate(logVars, size) }
    },
    close: compiled.close,
  }
}
