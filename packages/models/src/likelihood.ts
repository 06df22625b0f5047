import { mul, softplus, sub, sum, type Tensor } from '@vae/tensor'

/**
 * log p(x | logits) of independent Bernoulli variables, in nats per example: the sum over all features of x ·
 * logit − log(1 + e^logit), stable at any logit. `x` holds 0, 1 or, for pixel intensities, anything between
 * (then it is the usual cross-entropy, not a normalised likelihood).
 *
 * ```ts
 * bernoulliLogLikelihood(tensor([1, 2], [0, 1e4]), tensor([1, 2], [1, 1])) // → [-0.6931]
 * ```
 *
 * @param logits `[B, F]`
 * @param x `[B, F]`
 */
export const bernoulliLogLikelihood = <B extends number, F extends number>(
  logits: Tensor<[B, F]>,
  x: Tensor<[B, F]>,
): Tensor<[B]> => sum(sub(mul(x, logits), softplus(logits)), [1])
