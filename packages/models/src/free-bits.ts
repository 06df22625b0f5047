import { div, expandDims, maximum, mul, type Now, sum, type Tensor } from '@vae/tensor'
import { activeUnits, activityThreshold, includeMeans, noMeans } from './activity.ts'
import { exampleWeights, type GuardExampleWeights } from './agreement.ts'
import { weightedMean } from './objective.ts'

/** What has λ nats for free: each latent dimension, or all of them in total. */
export type FreeBitsPer = 'dimension' | 'total'

/**
 * The KL of a batch, `[B, Z]` in nats, of which λ nats are free: Σⱼ max(λ, mean KLⱼ) per dimension, or
 * max(λ, mean Σⱼ KLⱼ) in total, with the weighted mean over the examples that count. Below λ it has no gradient.
 * Kingma et al., "Improved variational inference with inverse autoregressive flow" (2016), equation 15.
 *
 * The maximum is of a mean over the batch, so by definition this depends on the batch: whether the KL of one example is
 * free is decided by the others too. `freeBitsOfExamples` does not depend on it.
 *
 * ```ts
 * const kl = tensor([2, 2], [0, 3, 0.5, 5])
 * freeBits(kl, ones([2]), tensor([], [1]), 'dimension') // → 5
 * freeBits(kl, ones([2]), tensor([], [1]), 'total') // → 4.25
 * ```
 */
export const freeBits = <B extends number, Z extends number, C extends number, Moment = Now>(
  kl: Tensor<[B, Z]>,
  weights: GuardExampleWeights<Moment, 'freeBits', B, C>,
  lambda: Tensor<[]>,
  per: FreeBitsPer,
): Tensor<[]> => {
  const factors = exampleWeights('freeBits', kl.shape[0], weights)
  if (per === 'total') return maximum(weightedMean(sum(kl, [1]), factors), lambda)
  const means = div(sum(mul(kl, expandDims(factors, 1)), [0]), sum(factors, [0]))
  return sum(maximum(means, lambda), [0])
}

/**
 * The KL of each example, `[B]` in nats, of which λ nats are free: Σⱼ max(λ, KLⱼ) per dimension, or max(λ, Σⱼ KLⱼ) in
 * total. The same example has the same value in every batch. Its mean is at least `freeBits` of the batch.
 *
 * ```ts
 * const kl = tensor([2, 2], [0, 3, 0.5, 5])
 * freeBitsOfExamples(kl, tensor([], [1]), 'dimension') // → [4, 6]
 * freeBitsOfExamples(kl, tensor([], [4]), 'total') // → [4, 5.5]
 * ```
 */
export const freeBitsOfExamples = <B extends number, Z extends number>(
  kl: Tensor<[B, Z]>,
  lambda: Tensor<[]>,
  per: FreeBitsPer,
): Tensor<[B]> => (per === 'total' ? maximum(sum(kl, [1]), lambda) : sum(maximum(kl, lambda), [1]))

/**
 * 1 for each latent dimension that is active in this batch and 0 for the others, `[Z]`, without gradient: whether the
 * posterior means vary over the examples by more than the threshold. Depends on the batch by definition; for a whole
 * data set see `includeMeans`.
 *
 * ```ts
 * activeDimensions(tensor([2, 2], [0, 1, 0.1, -1]), ones([2])) // → [0, 1]
 * ```
 */
export const activeDimensions = <B extends number, Z extends number, C extends number, Moment = Now>(
  means: Tensor<[B, Z]>,
  weights: GuardExampleWeights<Moment, 'activeDimensions', B, C>,
  threshold = activityThreshold,
): Tensor<[Z]> => {
  const factors = exampleWeights('activeDimensions', means.shape[0], weights)
  return activeUnits(includeMeans(noMeans(means.shape[1]), means, factors), threshold)
}

/**
 * The KL of each example over the active dimensions alone, `[B]` in nats. Dimensions that have collapsed cost nothing,
 * so that they may come back. `active` is 1 or 0 for each, as `activeDimensions` and `activeUnits` give it.
 *
 * ```ts
 * klOfActive(tensor([2, 2], [0.1, 3, 0.2, 5]), tensor([2], [0, 1])) // → [3, 5]
 * ```
 */
export const klOfActive = <B extends number, Z extends number>(
  kl: Tensor<[B, Z]>,
  active: Tensor<[Z]>,
): Tensor<[B]> => sum(mul(kl, active), [1])
