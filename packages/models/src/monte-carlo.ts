import { mean, type Now, sub, type Tensor } from '@vae/tensor'
import { agreeing, type GuardSame } from './agreement.ts'

/**
 * KL(q ‖ p) estimated with K samples z ~ q for each example, in nats, `[B]`: the mean of log q(z) − log p(z), whose
 * log-densities are given as `[K, B]`. Unbiased, and noisy where a closed form is exact: it can be negative. For
 * distributions that have no closed form, and for comparison with those that have.
 *
 * ```ts
 * const q = { mean: full([128, 16], 1), logVar: zeros([128, 16]) }
 * const { z, logDensity } = sampleGaussianTimes(q, 10, key(0))
 * const prior = standardNormal(16)
 * const logPrior = reshape(prior.logDensity({}, null)(reshape(z, [1280, 16])), [10, 128])
 * const estimate = monteCarloKl(logDensity, logPrior) // Tensor<[128]>
 * ```
 *
 * Log-densities of different shapes do not compile, or throw a `ShapeError`.
 */
export const monteCarloKl = <
  K extends number,
  B extends number,
  L extends number,
  C extends number,
  Moment = Now,
>(
  logQ: Tensor<[K, B]>,
  logP: GuardSame<Moment, 'monteCarloKl', 'logQ and logP', K, B, L, C, Tensor<[L, C]>>,
): Tensor<[B]> => mean(sub(logQ, agreeing('monteCarloKl', 'logQ and logP', logQ, logP)), [0])
