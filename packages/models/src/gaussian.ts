import { add, exp, type Key, mul, type Now, normal, square, sub, sum, type Tensor } from '@vae/tensor'
import { agreeing, type GuardSame } from './agreement.ts'

/** Parameters of a diagonal Gaussian over Z latent dimensions for each of B examples. */
export interface DiagonalGaussian<B extends number, Z extends number> {
  readonly mean: Tensor<[B, Z]>
  /** log σ². */
  readonly logVar: Tensor<[B, Z]>
}

/** A diagonal Gaussian, or a message where its mean and its variance differ in shape. */
export type GuardGaussian<
  Moment,
  Operation extends string,
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
> = GuardSame<
  Moment,
  Operation,
  'mean and logVar',
  B,
  Z,
  C,
  Y,
  { readonly mean: Tensor<[B, Z]>; readonly logVar: Tensor<[C, Y]> }
>

/** The run-time twin of `GuardGaussian`: the Gaussian. Throws its message as a `ShapeError`. */
export const gaussianOf = <B extends number, Z extends number>(
  operation: string,
  parameters: unknown,
): DiagonalGaussian<B, Z> => {
  const { mean, logVar } = parameters as DiagonalGaussian<B, Z>
  return { mean, logVar: agreeing(operation, 'mean and logVar', mean, logVar) }
}

/**
 * KL(N(μ, σ²) ‖ N(0, 1)) for each example and dimension, in nats: ½ (μ² + σ² − 1 − log σ²), `[B, Z]`. Kingma
 * & Welling, "Auto-Encoding Variational Bayes" (2013), appendix B.
 *
 * ```ts
 * klToStandardNormal({ mean: tensor([1, 2], [0, 1]), logVar: zeros([1, 2]) }) // → [[0, 0.5]]
 * ```
 *
 * A mean and a variance of different shapes do not compile, or throw a `ShapeError`; so it is for `sampleGaussian`.
 *
 * ```ts
 * klToStandardNormal({ mean: zeros([128, 16]), logVar: zeros([128, 20]) })
 * // error: klToStandardNormal: mean and logVar differ: [128, 16] and [128, 20] (16 ≠ 20)
 * ```
 */
export const klToStandardNormal = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  posterior: GuardGaussian<Moment, 'klToStandardNormal', B, Z, C, Y>,
): Tensor<[B, Z]> => {
  const { mean, logVar } = gaussianOf<B, Z>('klToStandardNormal', posterior)
  const secondMoment = add(square(mean), exp(logVar))
  return mul(sub(secondMoment, add(logVar, 1)), 0.5)
}

/**
 * μ + σ · ε with ε ~ N(0, 1): a sample `[B, Z]` through which gradients flow (the reparametrisation trick).
 * Kingma & Welling (2013), section 2.4.
 *
 * ```ts
 * sampleGaussian({ mean: zeros([128, 16]), logVar: zeros([128, 16]) }, key(0)) // Tensor<[128, 16]>
 * ```
 */
export const sampleGaussian = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  posterior: GuardGaussian<Moment, 'sampleGaussian', B, Z, C, Y>,
  key: Key,
): Tensor<[B, Z]> => {
  const { mean, logVar } = gaussianOf<B, Z>('sampleGaussian', posterior)
  const noise = normal(key, [mean.shape[0], mean.shape[1]])
  return add(mean, mul(exp(mul(logVar, 0.5)), noise))
}

/**
 * The sum over latent dimensions, `[B, Z]` → `[B]`: from nats per dimension to nats per example.
 *
 * ```ts
 * sumOverLatents(tensor([2, 2], [0.5, 1, 0, 2])) // → [1.5, 2]
 * ```
 */
export const sumOverLatents = <B extends number, Z extends number>(x: Tensor<[B, Z]>): Tensor<[B]> =>
  sum(x, [1])
