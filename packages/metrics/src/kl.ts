import type { GuardGaussian } from '@vae/models'
import { type Now, numerics, type Tensor } from '@vae/tensor'
import { posteriorsFor } from './refusal.ts'
import { estimate, include, type MeanEstimate, noExamples } from './running-mean.ts'

/** Column `column` of a matrix. */
const columnOf = ({ shape: [rows, columns], data }: Tensor<[number, number]>, column: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => data[row * columns + column]!)

/** The mean of some numbers with its standard error. */
const meanOf = (values: Float64Array): MeanEstimate =>
  estimate(include(noExamples, values, new Float64Array(values.length).fill(1)))

/**
 * KL(q(zⱼ | x) ‖ N(0, 1)) of each latent dimension, averaged over the N examples, in nats: what the dimension costs, and
 * about 0 where it has collapsed. From posteriors `[N, Z]`, in f64.
 *
 * ```ts
 * const posteriors = { mean: tensor([2, 2], [0, 1, 0, 3]), logVar: zeros([2, 2]) }
 * klPerDimension(posteriors).map(({ mean }) => mean) // → [0, 2.5]
 * ```
 *
 * A mean and a variance of different shapes do not compile, or throw a `ShapeError`.
 *
 * @see D. Kingma, M. Welling, "Auto-Encoding Variational Bayes" (2013), appendix B
 */
export const klPerDimension = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  posteriors: GuardGaussian<Moment, 'klPerDimension', B, Z, C, Y>,
): readonly MeanEstimate[] => {
  const { mean, logVar } = posteriorsFor('klPerDimension', posteriors)
  return Array.from({ length: mean.shape[1] }, (_, dimension) => {
    const logVars = columnOf(logVar, dimension)
    return meanOf(
      columnOf(mean, dimension).map((m, n) => {
        const logVariance = logVars[n]!
        return 0.5 * (m * m + numerics.expm1(logVariance) - logVariance)
      }),
    )
  })
}

/** Which latent dimensions a model uses. */
export interface ActiveUnits {
  /** How many are active. */
  readonly count: number
  /** Which are active. */
  readonly active: readonly boolean[]
  /** The variance over examples of the posterior mean of each. */
  readonly variances: Float64Array
}

/**
 * Active units: latent dimensions whose posterior mean varies over the examples by more than `threshold`, 0.01 unless
 * given. From posterior means `[N, Z]`; the variance is that of a sample, divided by N − 1.
 *
 * ```ts
 * activeUnits(tensor([3, 2], [-1, 0.5, 0, 0.5, 1, 0.5])).count // → 1
 * ```
 *
 * Throws a `RangeError` for fewer than two examples.
 *
 * @see Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders" (ICLR 2016), section 5.2
 */
export const activeUnits = (means: Tensor<[number, number]>, threshold = 0.01): ActiveUnits => {
  const [examples, size] = means.shape
  if (examples < 2) throw new RangeError(`activeUnits: at least two examples are needed, got ${examples}`)
  const variances = Float64Array.from(
    { length: size },
    // The standard error of a mean is the root of variance / N.
    (_, dimension) => meanOf(columnOf(means, dimension)).standardError ** 2 * examples,
  )
  const active = Array.from(variances, (variance) => variance > threshold)
  return { count: active.filter((used) => used).length, active, variances }
}
