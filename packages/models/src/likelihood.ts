import { mul, type Now, softplus, sub, sum, type Tensor } from '@vae/tensor'
import { agreeing, type GuardSame } from './agreement.ts'

/**
 * log p(x | logits) of independent Bernoulli variables, in nats per example: the sum over all features of x ·
 * logit − log(1 + e^logit), stable at any logit. `x` holds 0, 1 or, for pixel intensities, anything between
 * (then it is the usual cross-entropy, not a normalised likelihood).
 *
 * ```ts
 * bernoulliLogLikelihood(tensor([1, 2], [0, 1e4]), tensor([1, 2], [1, 1])) // → [-0.6931]
 * ```
 *
 * Logits and x of different shapes do not compile, or throw a `ShapeError`.
 *
 * @param logits `[B, F]`
 * @param x `[B, F]`
 */
export const bernoulliLogLikelihood = <
  B extends number,
  F extends number,
  C extends number,
  G extends number,
  Moment = Now,
>(
  logits: Tensor<[B, F]>,
  x: GuardSame<Moment, 'bernoulliLogLikelihood', 'logits and x', B, F, C, G, Tensor<[C, G]>>,
): Tensor<[B]> => {
  const target = agreeing('bernoulliLogLikelihood', 'logits and x', logits, x)
  return sum(sub(mul(target, logits), softplus(logits)), [1])
}
