import type { GuardGaussian } from '@vae/models'
import { type Now, numerics, type Tensor } from '@vae/tensor'
import { posteriorsFor } from './refusal.ts'
import type { SymmetricMatrix } from './symmetric-eigen.ts'

/** Mean and covariance of vectors of size n, in f64. */
export interface Moments {
  /** n numbers. */
  readonly mean: Float64Array
  /** n × n numbers in row-major order. */
  readonly covariance: SymmetricMatrix
}

/** Moments that grow vector by vector, in f64. An immutable value. */
export interface RunningMoments {
  readonly count: number
  readonly mean: Float64Array
  /** Σ (x − mean) (x − mean)ᵀ. */
  readonly scatter: SymmetricMatrix
}

/**
 * The moments of no vectors of `size` numbers: where `includeVectors` starts.
 *
 * ```ts
 * noVectors(2).count // → 0
 * ```
 */
export const noVectors = (size: number): RunningMoments => ({
  count: 0,
  mean: new Float64Array(size),
  scatter: new Float64Array(size * size),
})

/**
 * `running` with the rows of `vectors`, one after the other, so that the result does not depend on the batch size, to
 * the last bit. Rows of weight 0 are padding and left out; another weight counts as repetitions.
 *
 * ```ts
 * includeVectors(noVectors(1), tensor([3, 1], [1, 3, 99]), tensor([3], [1, 1, 0])) // → { count: 2, mean: [2], scatter: [2] }
 * ```
 *
 * Throws a `RangeError` when the rows are of another size.
 *
 * @see D. West, "Updating mean and variance estimates: an improved method", CACM 22 (1979)
 */
export const includeVectors = (
  running: RunningMoments,
  vectors: Tensor<[number, number]>,
  weights?: Tensor<[number]>,
): RunningMoments => {
  const [rows, size] = vectors.shape
  if (size !== running.mean.length)
    throw new RangeError(`includeVectors: vectors of ${running.mean.length} numbers expected, got ${size}`)
  const mean = running.mean.slice()
  const scatter = running.scatter.slice()
  const before = new Float64Array(size)
  let { count } = running
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights.data[row]!
    if (weight === 0) continue
    count += weight
    for (let i = 0; i < size; i++) {
      before[i] = vectors.data[row * size + i]! - mean[i]!
      mean[i]! += (before[i]! * weight) / count
    }
    // (x − old mean) (x − new mean)ᵀ is symmetric: the two are proportional.
    const factor = weight * (1 - weight / count)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) scatter[i * size + j]! += factor * (before[i]! * before[j]!)
  }
  return { count, mean, scatter }
}

/** Whether vectors are all there are (divide by N), or a sample of more (by N − 1). */
export type Population = 'all' | 'sample'

/**
 * Mean and covariance after all vectors. The covariance of a `'sample'` estimates that of what it was drawn from.
 *
 * ```ts
 * const running = includeVectors(noVectors(1), tensor([2, 1], [1, 3]))
 * momentsOf(running, 'sample') // → { mean: [2], covariance: [2] }
 * momentsOf(running, 'all') // → { mean: [2], covariance: [1] }
 * ```
 *
 * Throws a `RangeError` where there are too few vectors: one at least, two of a sample.
 */
export const momentsOf = ({ count, mean, scatter }: RunningMoments, of: Population): Moments => {
  const degrees = of === 'all' ? count : count - 1
  if (!(degrees > 0))
    throw new RangeError(
      `momentsOf: ${of === 'all' ? 'at least one vector is' : 'at least two vectors are'} needed, got ${count}`,
    )
  return { mean, covariance: scatter.map((value) => value / degrees) }
}

/**
 * Mean and covariance of the rows of `[N, Z]`, as a sample of more.
 *
 * ```ts
 * sampleMoments(tensor([2, 2], [1, 0, 3, 0])) // → { mean: [2, 0], covariance: [2, 0, 0, 0] }
 * ```
 *
 * Throws a `RangeError` for fewer than two rows.
 */
export const sampleMoments = (vectors: Tensor<[number, number]>): Moments =>
  momentsOf(includeVectors(noVectors(vectors.shape[1]), vectors), 'sample')

/**
 * Mean and covariance of the aggregate posterior q(z) = 1/N Σ q(z | xₙ) of N examples, exactly, by the law of total
 * covariance: the covariance of the means and the mean of the variances.
 *
 * ```ts
 * const posteriors = { mean: tensor([2, 1], [-1, 1]), logVar: zeros([2, 1]) }
 * aggregateMoments(posteriors) // → { mean: [0], covariance: [2] }
 * ```
 *
 * Throws a `RangeError` when there is no example.
 */
export const aggregateMoments = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  posteriors: GuardGaussian<Moment, 'aggregateMoments', B, Z, C, Y>,
): Moments => {
  const { mean, logVar } = posteriorsFor('aggregateMoments', posteriors)
  const [examples, size] = mean.shape
  const moments = momentsOf(includeVectors(noVectors(size), mean), 'all')
  const variances = new Float64Array(size)
  for (const [index, value] of logVar.data.entries())
    variances[index % size]! += numerics.exp(value) / examples
  return {
    mean: moments.mean,
    covariance: moments.covariance.map((value, index) =>
      index % (size + 1) === 0 ? value + variances[index / (size + 1)]! : value,
    ),
  }
}
