import {
  add,
  cast,
  div,
  expandDims,
  greater,
  mul,
  type Now,
  select,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  zeros,
} from '@vae/tensor'
import { exampleWeights, type GuardExampleWeights } from './agreement.ts'

/** Weighted moments of posterior means, which grow batch by batch. An immutable value, a tree of tensors. */
export interface PosteriorMoments<Z extends number> {
  /** The sum of the weights. */
  readonly weight: Tensor<[]>
  /** The mean of the posterior means, E_x(E_q[u]). */
  readonly mean: Tensor<[Z]>
  /** The variance of the posterior means over the examples, Cov_x(E_q[u]). */
  readonly variance: Tensor<[Z]>
}

/** A unit is active above this variance of its posterior mean; in practice units lie far on either side. */
export const activityThreshold = 0.01

/**
 * The moments of no examples, where `includeMeans` starts.
 *
 * ```ts
 * noMeans(2) // → { weight: 0, mean: [0, 0], variance: [0, 0] }
 * ```
 */
export const noMeans = <Z extends number>(latent: Z): PosteriorMoments<Z> => ({
  weight: zeros([]),
  mean: zeros([latent]),
  variance: zeros([latent]),
})

/** A denominator that is never 0: where it would be, the numerator is 0 too. */
const nonZero = (weight: Tensor<[]>): Tensor<[]> => select(greater(weight, 0), weight, 1)

/**
 * `moments` with more examples, whose posterior means are `[B, Z]`, each counted with its weight; weight 0 is padding.
 * With `keep` below 1 what was known before counts only so much, so that old examples are forgotten while a model
 * trains. Has no gradient.
 *
 * ```ts
 * const means = tensor([3, 1], [1, 3, 99])
 * includeMeans(noMeans(1), means, tensor([3], [1, 1, 0])) // → { weight: 2, mean: [2], variance: [1] }
 * ```
 *
 * @see D. West, "Updating mean and variance estimates: an improved method", CACM 22 (1979)
 */
export const includeMeans = <B extends number, Z extends number, C extends number, Moment = Now>(
  moments: PosteriorMoments<Z>,
  means: Tensor<[B, Z]>,
  weights: GuardExampleWeights<Moment, 'includeMeans', B, C>,
  keep = 1,
): PosteriorMoments<Z> => {
  if (!(keep >= 0 && keep <= 1))
    throw new RangeError(`includeMeans: expected keep between 0 and 1, got ${keep}`)
  const factors = expandDims(exampleWeights('includeMeans', means.shape[0], weights), 1)
  const values = stopGradient(means)
  const added = sum(factors, [0, 1])
  const total = add(mul(moments.weight, keep), added)
  const share = div(added, nonZero(total))
  const mean = div(sum(mul(values, factors), [0]), nonZero(added))
  const variance = div(sum(mul(square(sub(values, mean)), factors), [0]), nonZero(added))
  const step = sub(mean, moments.mean)
  const within = add(mul(moments.variance, sub(1, share)), mul(variance, share))
  return {
    weight: total,
    mean: add(moments.mean, mul(step, share)),
    variance: add(within, mul(square(step), mul(share, sub(1, share)))),
  }
}

/**
 * 1 for each active latent unit and 0 for the others, `[Z]`, without gradient: A_u = Cov_x(E_q[u]) > 0.01. Their sum is
 * the number of active units. Burda et al., "Importance weighted autoencoders" (2016), section 5.2.
 *
 * ```ts
 * activeUnits({ weight: ones([]), mean: zeros([3]), variance: tensor([3], [0.9, 0.001, 0.02]) }) // → [1, 0, 1]
 * ```
 */
export const activeUnits = <Z extends number>(
  { variance }: PosteriorMoments<Z>,
  threshold = activityThreshold,
): Tensor<[Z]> => cast(greater(variance, threshold), 'f32')

/**
 * What to tell whoever trains a model in which `active` of `of` latent units are active: a sentence when they are none,
 * or at most `few` (an eighth unless given), else null.
 *
 * ```ts
 * collapseWarning(0, 16)
 * // → 'posterior collapse: none of 16 latent units is active, the decoder ignores them; warm β up, lower it or use free bits'
 * collapseWarning(9, 16) // → null
 * ```
 */
export const collapseWarning = (active: number, of: number, few = Math.floor(of / 8)): string | null => {
  const cure = 'warm β up, lower it or use free bits'
  if (active === 0)
    return `posterior collapse: none of ${of} latent units is active, the decoder ignores them; ${cure}`
  return active <= few
    ? `posterior collapse: only ${active} of ${of} latent units ${active === 1 ? 'is' : 'are'} active; ${cure}`
    : null
}
