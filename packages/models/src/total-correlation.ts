import {
  add,
  exp,
  expandDims,
  logSumExp,
  mul,
  type Now,
  neg,
  square,
  sub,
  sum,
  type Tensor,
} from '@vae/tensor'
import { exampleWeights, type GuardExampleWeights } from './agreement.ts'
import type { DiagonalGaussian } from './gaussian.ts'
import { type BatchSampling, logMixtureWeights } from './minibatch-weights.ts'

/**
 * log q(zᵃ_j | xᵇ) for every sample a, example b and latent dimension j, `[A, B, Z]` in nats.
 *
 * ```ts
 * pairwiseLogDensity(zeros([3, 2]), { mean: zeros([4, 2]), logVar: zeros([4, 2]) }) // Tensor<[3, 4, 2]>
 * ```
 */
export const pairwiseLogDensity = <A extends number, B extends number, Z extends number>(
  z: Tensor<[A, Z]>,
  { mean, logVar }: DiagonalGaussian<B, Z>,
): Tensor<[A, B, Z]> => {
  const distance = square(sub(expandDims(z, 1), expandDims(mean, 0)))
  const scaled = mul(distance, expandDims(exp(neg(logVar)), 0))
  return mul(add(add(scaled, expandDims(logVar, 0)), Math.log(2 * Math.PI)), -0.5)
}

/** Log-densities of the aggregate posterior at A samples, in nats. */
export interface AggregateDensity<A extends number, Z extends number> {
  /** log q(z), `[A]`. */
  readonly joint: Tensor<[A]>
  /** log q(z_j) for each dimension, `[A, Z]`. */
  readonly marginals: Tensor<[A, Z]>
}

/**
 * log q(z) and log q(z_j) of a mixture of posteriors, one for each of B examples, at A samples. `logWeights`, `[A, B]`,
 * are the logarithms of the weights of the mixture; −∞ leaves an example out. With −log N everywhere and all N examples
 * of a data set this is exact.
 *
 * ```ts
 * const posterior = { mean: tensor([2, 1], [0, 4]), logVar: zeros([2, 1]) }
 * const logHalf = full([2, 2], Math.log(0.5))
 * aggregateLogDensity(tensor([2, 1], [0, 4]), posterior, logHalf).joint // → [-1.612, -1.612]
 * ```
 */
export const aggregateLogDensity = <A extends number, B extends number, Z extends number>(
  z: Tensor<[A, Z]>,
  posterior: DiagonalGaussian<B, Z>,
  logWeights: Tensor<[A, B]>,
): AggregateDensity<A, Z> => {
  const pairs = pairwiseLogDensity(z, posterior)
  return {
    joint: logSumExp(add(sum(pairs, [2]), logWeights), [1]),
    marginals: logSumExp(add(pairs, expandDims(logWeights, 2)), [1]),
  }
}

/** The three parts of the KL of each example, in nats. */
export type KlParts<B extends number> = {
  /** Index-code mutual information: log q(z | x) − log q(z). */
  readonly mutualInformation: Tensor<[B]>
  /** Total correlation: log q(z) − Σⱼ log q(z_j). */
  readonly totalCorrelation: Tensor<[B]>
  /** Dimension-wise KL: Σⱼ log q(z_j) − log p(z). */
  readonly dimensionWiseKl: Tensor<[B]>
}

/** What a decomposition of the KL is estimated from. */
export interface DecompositionOptions<B extends number> {
  /** How q(z) is estimated from the batch. */
  readonly sampling: BatchSampling
  /** N, the number of examples in the data set of which the batch is a part. */
  readonly datasetSize: number
  /** log p(z) of the prior at each sample, in nats. */
  readonly logPrior: Tensor<[B]>
}

/**
 * Index-code mutual information + total correlation + dimension-wise KL of one sample of each posterior, `[B]` each. They
 * sum to log q(z | x) − log p(z), the one-sample estimate of the KL. For β-TCVAE the second is multiplied by β. Chen et
 * al., "Isolating sources of disentanglement in VAEs" (2018), equation 2.
 *
 * Estimates of q(z) from a batch depend on the other examples of the batch by definition. Weights of 0, which mark
 * padding, leave an example out of them.
 *
 * ```ts
 * const posterior = { mean: tensor([2, 1], [-3, 3]), logVar: zeros([2, 1]) }
 * const options = { sampling: 'stratified', datasetSize: 2, logPrior: full([2], -5.42) } as const
 * decomposeKl(posterior.mean, posterior, ones([2]), options).mutualInformation // → [0.6931, 0.6931]
 * ```
 *
 * @param z one sample of each posterior, `[B, Z]`
 */
export const decomposeKl = <B extends number, Z extends number, C extends number, Moment = Now>(
  z: Tensor<[B, Z]>,
  posterior: DiagonalGaussian<B, Z>,
  weights: GuardExampleWeights<Moment, 'decomposeKl', B, C>,
  { sampling, datasetSize, logPrior }: DecompositionOptions<B>,
): KlParts<B> => {
  const factors = exampleWeights('decomposeKl', z.shape[0], weights)
  const { joint, marginals } = aggregateLogDensity(
    z,
    posterior,
    logMixtureWeights(sampling, factors, datasetSize),
  )
  const product = sum(marginals, [1])
  return {
    mutualInformation: sub(logPosterior(z, posterior), joint),
    totalCorrelation: sub(joint, product),
    dimensionWiseKl: sub(product, logPrior),
  }
}

/** log q(z | x) of each example, `[B]` in nats. */
const logPosterior = <B extends number, Z extends number>(
  z: Tensor<[B, Z]>,
  { mean, logVar }: DiagonalGaussian<B, Z>,
): Tensor<[B]> => {
  const scaled = mul(square(sub(z, mean)), exp(neg(logVar)))
  return mul(sum(add(add(scaled, logVar), Math.log(2 * Math.PI)), [1]), -0.5)
}
