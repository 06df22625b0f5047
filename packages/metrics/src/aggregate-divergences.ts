import type { GuardGaussian } from '@vae/models'
import { type Now, numerics, type Tensor } from '@vae/tensor'
import { gaussiansOf, logDensities, logMeanExp } from './mixture.ts'
import { checkColumns, posteriorsFor } from './refusal.ts'
import { estimate, include, type MeanEstimate, noExamples } from './running-mean.ts'

/**
 * What the mean of KL(q(z | x) ‖ p(z)) over a data set is made of, in nats; `kl` is the sum of the mutual information, the
 * total correlation and `dimensionWiseKlSum`. Standard errors are over the choice of samples.
 */
export interface AggregateDivergences {
  /** E[log q(z | x) − log p(z)]. */
  readonly kl: MeanEstimate
  /** I(x; z) = E[log q(z | x) − log q(z)]: what a code tells of which example it is; at most log N. */
  readonly mutualInformation: MeanEstimate
  /** KL(q(z) ‖ Π q(zⱼ)) = E[log q(z) − Σ log q(zⱼ)]: how far dimensions depend on each other. */
  readonly totalCorrelation: MeanEstimate
  /** KL(q(zⱼ) ‖ p(zⱼ)) of each dimension, p standard normal: how far q(zⱼ) is from the prior. */
  readonly dimensionWiseKl: readonly MeanEstimate[]
  /** Their sum, with the error that it has as one number. */
  readonly dimensionWiseKlSum: MeanEstimate
}

/** The index of the part of a sample's row that belongs to all dimensions, and where those of one dimension begin. */
const parts = { kl: 0, mutualInformation: 1, totalCorrelation: 2, sum: 3, dimensionWiseKl: 4 } as const

/**
 * Mutual information, total correlation and dimension-wise KL of the aggregate posterior q(z) = 1/N Σ q(z | xₙ) of a data
 * set, where the mean is over all N posteriors `[N, Z]` that are given, so that q(z) is exact and only the expectation is
 * estimated. `z` `[S, Z]` holds a sample of each of the first S posteriors; the estimates are unbiased if these are a
 * random choice, or all. The time is that of S N (Z + 1) exponentials at most.
 *
 * Of a choice of M from N examples they are the numbers of those M, not of the data set: the mutual information, which
 * is at most log M, is too small. Weighted and stratified sampling in a minibatch estimate something else again.
 *
 * ```ts
 * const posteriors = { mean: tensor([2, 1], [-50, 50]), logVar: zeros([2, 1]) }
 * const { mutualInformation } = aggregateDivergences(posteriors, sampleGaussian(posteriors, key(0)))
 * mutualInformation.mean // → 0.6931
 * ```
 *
 * A mean and a variance of different shapes do not compile, or throw a `ShapeError`, which samples of another size throw
 * too. Throws a `RangeError` for more samples than posteriors.
 *
 * @see R. Chen et al., "Isolating sources of disentanglement in VAEs" (NeurIPS 2018), equation 2
 */
export const aggregateDivergences = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  posteriors: GuardGaussian<Moment, 'aggregateDivergences', B, Z, C, Y>,
  z: Tensor<[number, NoInfer<Z>]>,
): AggregateDivergences => {
  const operation = 'aggregateDivergences'
  const given = posteriorsFor(operation, posteriors)
  checkColumns(operation, 'posteriors and samples', given.mean, z)
  const [count, size] = given.mean.shape
  const samples = z.shape[0]
  if (samples > count)
    throw new RangeError(`${operation}: one sample of each posterior at most, got ${samples} of ${count}`)
  const rows = Array.from({ length: count }, (_, row) => row)
  const dimensions = Array.from({ length: size }, (_, dimension) => gaussiansOf(given, dimension, rows))
  const means = Array.from({ length: parts.dimensionWiseKl + size }, () => noExamples)
  const add = (part: number, nats: number): void => {
    means[part] = include(means[part]!, [nats], [1])
  }
  const marginal = new Float64Array(count)
  const joint = new Float64Array(count)
  const log2Pi = numerics.log(2 * Math.PI)
  for (let sample = 0; sample < samples; sample++) {
    joint.fill(0)
    let [product, prior] = [0, 0]
    for (const [dimension, gaussians] of dimensions.entries()) {
      const value = z.data[sample * size + dimension]!
      logDensities(gaussians, value, marginal)
      for (let n = 0; n < count; n++) joint[n]! += marginal[n]!
      const logMarginal = logMeanExp(marginal)
      const logPrior = -0.5 * (log2Pi + value * value)
      product += logMarginal
      prior += logPrior
      add(parts.dimensionWiseKl + dimension, logMarginal - logPrior)
    }
    const aggregate = logMeanExp(joint)
    add(parts.kl, joint[sample]! - prior)
    add(parts.mutualInformation, joint[sample]! - aggregate)
    add(parts.totalCorrelation, aggregate - product)
    add(parts.sum, product - prior)
  }
  const [kl, mutualInformation, totalCorrelation, sum, ...dimensionWiseKl] = means.map(estimate)
  return {
    kl: kl!,
    mutualInformation: mutualInformation!,
    totalCorrelation: totalCorrelation!,
    dimensionWiseKl,
    dimensionWiseKlSum: sum!,
  }
}
