import { add, mul, type Now, normal, square, sum, type Tensor } from '@vae/tensor'
import { type DiagonalGaussian, klToStandardNormal } from '../gaussian.ts'
import { latentsOf } from '../latents.ts'
import type { NoParams } from '../layer.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import type { Prior } from './prior.ts'

const logTwoPi = Math.log(2 * Math.PI)

/** log N(z; 0, I) in nats, `[B, Z]` → `[B]`. */
export const standardLogDensity = <B extends number, Z extends number>(z: Tensor<[B, Z]>): Tensor<[B]> =>
  sum(mul(add(square(z), logTwoPi), -0.5), [1])

/** The standard normal prior, whose KL has a closed form. */
export interface StandardNormal<Z extends number> extends Prior<Z, NoParams> {
  readonly kl: <B extends number>(posterior: DiagonalGaussian<B, Z>) => Tensor<[B, Z]>
}

/**
 * N(0, I) of `latent` dimensions, without parameters. Its KL has a closed form.
 *
 * ```ts
 * const prior = standardNormal(2)
 * prior.logDensity({}, null)(zeros([1, 2])) // → [-1.838]
 * prior.kl({ mean: tensor([1, 2], [0, 1]), logVar: zeros([1, 2]) }) // → [[0, 0.5]]
 * prior.sample({}, null)(key(0), 64) // Tensor<[64, 2]>
 * ```
 *
 * Latents of another size do not compile, or throw a `ShapeError`; so it is for all priors.
 *
 * ```ts
 * standardNormal(16).logDensity({}, null)(zeros([128, 20]))
 * // error: logDensity: expected 16 latent dimensions, got 20: [128, 20]
 * ```
 */
export const standardNormal = <Z extends number, Moment = Now>(
  latent: GuardSize<Moment, 'standardNormal', 'latent', Z>,
): StandardNormal<Z> => {
  const size = latent as Z
  checkLayerSizes('standardNormal', { latent: size })
  return {
    name: 'standard normal',
    latent: size,
    init: () => ({}),
    logDensity: () => (z) => standardLogDensity(latentsOf('logDensity', size, z)),
    sample: () => (key, count) => normal(key, [count, size]),
    kl: (posterior) => klToStandardNormal(posterior),
  }
}
