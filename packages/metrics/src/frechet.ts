import type { GuardGaussian } from '@vae/models'
import type { Now, Tensor } from '@vae/tensor'
import { aggregateMoments, type Moments, sampleMoments } from './moments.ts'
import { posteriorsFor } from './refusal.ts'
import { squareRoot, symmetricEigen, timesTransposed } from './symmetric-eigen.ts'

/** The sum of the diagonal of a square matrix of size n. */
const trace = (matrix: Float64Array, n: number): number => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]!
  return sum
}

/** Σ √λ over the eigenvalues λ; those that rounding made negative count as 0. */
const traceOfRoot = (matrix: Float64Array): number =>
  symmetricEigen(matrix).values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0)

/**
 * The squared Fréchet distance (2-Wasserstein distance) of two Gaussians, ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁½ Σ₂ Σ₁½)½),
 * in squared units of the vectors: the number that is called FID where the vectors are features of images. Exact to some
 * 10⁻¹⁴ of the trace for covariances of full rank, and to 10⁻⁷ where they are singular.
 *
 * ```ts
 * const standard = { mean: Float64Array.of(0), covariance: Float64Array.of(1) }
 * frechetDistance(standard, { mean: Float64Array.of(3), covariance: Float64Array.of(4) }) // → 10
 * ```
 *
 * Throws a `RangeError` when the Gaussians differ in size or an element is not finite.
 *
 * @see D. Dowson, B. Landau, "The Fréchet distance between multivariate normal distributions" (1982)
 */
export const frechetDistance = (first: Moments, second: Moments): number => {
  const n = first.mean.length
  if (second.mean.length !== n)
    throw new RangeError(`frechetDistance: the sizes of the Gaussians differ: ${n} ≠ ${second.mean.length}`)
  const distance = first.mean.reduce((sum, value, i) => sum + (value - second.mean[i]!) ** 2, 0)
  const root = squareRoot(first.covariance)
  // Σ₂ is symmetric, so root · Σ₂ is root · Σ₂ᵀ, and likewise for the root.
  const product = timesTransposed(timesTransposed(root, second.covariance, n), root, n)
  const total = trace(first.covariance, n) + trace(second.covariance, n)
  return Math.max(0, distance + total - 2 * traceOfRoot(product))
}

/**
 * The squared Fréchet distance between the aggregate posterior q(z) of N examples and the prior N(0, I), in squared units
 * of the latent space: 0 where samples of the prior look to the decoder like encoded examples, as far as mean and
 * covariance tell. The moments of q(z) are exact (`aggregateMoments`).
 *
 * ```ts
 * frechetAggregate({ mean: tensor([2, 1], [-1, 1]), logVar: full([2, 1], Math.log(3)) }) // → 1
 * ```
 *
 * Throws a `RangeError` when there is no example.
 */
export const frechetAggregate = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  posteriors: GuardGaussian<Moment, 'frechetAggregate', B, Z, C, Y>,
): number => {
  const { mean, covariance } = aggregateMoments(posteriorsFor('frechetAggregate', posteriors))
  const n = mean.length
  const distance = mean.reduce((sum, value) => sum + value * value, 0)
  return Math.max(0, distance + trace(covariance, n) + n - 2 * traceOfRoot(covariance))
}

/**
 * The squared Fréchet distance between Gaussians fitted to two sets of features, `[N, D]` and `[M, D]`: FID, where the
 * features are those of a classifier. It is biased upwards, by a term that falls as 1/N + 1/M: compare only numbers from
 * as many features (Chong & Forsyth, "Effectively unbiased FID", 2020).
 *
 * ```ts
 * frechetOfFeatures(tensor([2, 1], [0, 2]), tensor([2, 1], [5, 7])) // → 25
 * ```
 *
 * Throws a `RangeError` for fewer than two rows, or another number of features.
 *
 * @see M. Heusel et al., "GANs trained by a two time-scale update rule" (NeurIPS 2017), equation 6
 */
export const frechetOfFeatures = (
  first: Tensor<[number, number]>,
  second: Tensor<[number, number]>,
): number => frechetDistance(sampleMoments(first), sampleMoments(second))
