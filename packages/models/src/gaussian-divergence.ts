import { add, exp, mul, type Now, neg, square, sub, type Tensor } from '@vae/tensor'
import { agreeing, type GuardSame } from './agreement.ts'
import { type DiagonalGaussian, gaussianOf } from './gaussian.ts'

const logTwoPi = Math.log(2 * Math.PI)

/**
 * log N(z; μ, σ²) for each example and dimension, in nats, `[B, Z]`: −½ ((z − μ)² / σ² + log σ² + log 2π). Its sum over
 * latents is the log-density of z.
 *
 * ```ts
 * const standard = { mean: zeros([1, 2]), logVar: zeros([1, 2]) }
 * gaussianLogDensity(standard, tensor([1, 2], [0, 1])) // → [[-0.9189, -1.419]]
 * ```
 *
 * A z of another shape than the mean does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * gaussianLogDensity({ mean: zeros([8, 16]), logVar: zeros([8, 16]) }, zeros([8, 20]))
 * // error: gaussianLogDensity: mean and z differ: [8, 16] and [8, 20] (16 ≠ 20)
 * ```
 */
export const gaussianLogDensity = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  gaussian: DiagonalGaussian<B, Z>,
  z: GuardSame<Moment, 'gaussianLogDensity', 'mean and z', B, Z, C, Y, Tensor<[C, Y]>>,
): Tensor<[B, Z]> => {
  const { mean, logVar } = gaussianOf<B, Z>('gaussianLogDensity', gaussian)
  const distance = sub(agreeing('gaussianLogDensity', 'mean and z', mean, z), mean)
  const scaled = mul(square(distance), exp(neg(logVar)))
  return mul(add(add(scaled, logVar), logTwoPi), -0.5)
}

/**
 * KL(q ‖ p) of two diagonal Gaussians for each example and dimension, in nats, `[B, Z]`: ½ (log σₚ² − log σ_q² + (σ_q² +
 * (μ_q − μₚ)²) / σₚ² − 1). In contrast to a density it is the same in whatever units the latents are.
 *
 * ```ts
 * const q = { mean: tensor([1, 1], [1]), logVar: zeros([1, 1]) }
 * const p = { mean: zeros([1, 1]), logVar: zeros([1, 1]) }
 * klBetweenGaussians(q, p) // → [[0.5]]
 * ```
 *
 * Gaussians of different shapes do not compile, or throw a `ShapeError`.
 */
export const klBetweenGaussians = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  q: DiagonalGaussian<B, Z>,
  p: GuardSame<Moment, 'klBetweenGaussians', 'q and p', B, Z, C, Y, DiagonalGaussian<C, Y>>,
): Tensor<[B, Z]> => {
  const { mean, logVar } = gaussianOf<B, Z>('klBetweenGaussians', q)
  const other = gaussianOf<B, Z>('klBetweenGaussians', p)
  const shift = sub(mean, agreeing('klBetweenGaussians', 'q and p', mean, other.mean))
  const logRatio = sub(logVar, other.logVar)
  const distance = mul(square(shift), exp(neg(other.logVar)))
  return mul(sub(add(exp(logRatio), distance), add(logRatio, 1)), 0.5)
}
