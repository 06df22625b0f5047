import {
  add,
  exp,
  type Key,
  mul,
  type Now,
  neg,
  normal,
  permute,
  square,
  sub,
  sum,
  type Tensor,
} from '@vae/tensor'
import { type DiagonalGaussian, type GuardGaussian, gaussianOf } from '../gaussian.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import type { PosteriorSample, PosteriorSamples } from './sample.ts'

const logTwoPi = Math.log(2 * Math.PI)

/**
 * A draw z = μ + σ ε of a diagonal Gaussian with its log-density, `[B, Z]` and `[B]`: the reparametrised sample of
 * `sampleGaussian`, and −½ Σ (ε² + log σ² + log 2π), which is exact also where z rounds. Kingma & Welling, "Auto-Encoding
 * Variational Bayes" (2013), section 2.4.
 *
 * ```ts
 * const { z, logDensity } = sampleGaussianWithDensity({ mean: zeros([128, 16]), logVar: zeros([128, 16]) }, key(0))
 * z // Tensor<[128, 16]>
 * logDensity // Tensor<[128]>
 * ```
 *
 * A mean and a variance of different shapes do not compile, or throw a `ShapeError`; so it is for `sampleGaussianTimes`.
 */
export const sampleGaussianWithDensity = <
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  posterior: GuardGaussian<Moment, 'sampleGaussianWithDensity', B, Z, C, Y>,
  key: Key,
): PosteriorSample<B, Z> => {
  const { mean, logVar } = gaussianOf<B, Z>('sampleGaussianWithDensity', posterior)
  const noise: Tensor<[B, Z]> = normal(key, [mean.shape[0], mean.shape[1]])
  return {
    z: add(mean, mul(exp(mul(logVar, 0.5)), noise)),
    logDensity: sum(mul(add(add(square(noise), logVar), logTwoPi), -0.5), [1]),
  }
}

/**
 * `samples` independent draws of `sampleGaussianWithDensity` for each example, `[K, B, Z]` and `[K, B]`: for bounds by
 * importance weights. The parameters are used as they are, without K copies of what the encoder did. The noise of an
 * example is a matter of its place, whatever the number of examples behind it.
 *
 * ```ts
 * const { z } = sampleGaussianTimes({ mean: zeros([128, 16]), logVar: zeros([128, 16]) }, 50, key(0))
 * z // Tensor<[50, 128, 16]>
 * ```
 *
 * A number of samples that is no whole number above 0 does not compile, or throws a `ShapeError`.
 */
export const sampleGaussianTimes = <
  K extends number,
  B extends number,
  Z extends number,
  C extends number,
  Y extends number,
  Moment = Now,
>(
  posterior: GuardGaussian<Moment, 'sampleGaussianTimes', B, Z, C, Y>,
  samples: GuardSize<Moment, 'sampleGaussianTimes', 'samples', K>,
  key: Key,
): PosteriorSamples<K, B, Z> => {
  const count = samples as K
  checkLayerSizes('sampleGaussianTimes', { samples: count })
  const { mean, logVar } = gaussianOf<B, Z>('sampleGaussianTimes', posterior)
  const ofPlaces: Tensor<[B, K, Z]> = normal(key, [mean.shape[0], count, mean.shape[1]])
  const noise: Tensor<[K, B, Z]> = permute(ofPlaces, [1, 0, 2])
  return {
    z: add(mul(noise, exp(mul(logVar, 0.5))), mean),
    logDensity: sum(mul(add(add(square(noise), logVar), logTwoPi), -0.5), [2]),
  }
}

/**
 * log q(z | x) in nats of K draws for each of B examples, `[K, B, Z]` → `[K, B]`, wherever they came from.
 *
 * ```ts
 * const q = { mean: zeros([1, 2]), logVar: zeros([1, 2]) }
 * logDensityOfSamples(zeros([1, 1, 2]), q) // → [[-1.838]]
 * ```
 */
export const logDensityOfSamples = <K extends number, B extends number, Z extends number>(
  z: Tensor<[K, B, Z]>,
  { mean, logVar }: DiagonalGaussian<B, Z>,
): Tensor<[K, B]> => {
  const scaled = mul(square(sub(z, mean)), exp(neg(logVar)))
  return sum(mul(add(add(scaled, logVar), logTwoPi), -0.5), [2])
}
