import {
  type Guard,
  type Key,
  type Now,
  type Refused,
  type Shape,
  ShapeError,
  type Show,
  showShape,
  split,
  type Tensor,
} from '@vae/tensor'
import type { DiagonalGaussian } from './gaussian.ts'
import { type LinearParams, linear } from './linear.ts'
import { clampLogVar } from './log-variance.ts'
import type { Network } from './networks/network.ts'
import { sampleGaussianTimes } from './posteriors/diagonal-gaussian.ts'
import type { PosteriorSamples } from './posteriors/sample.ts'
import { checkLayerSizes, type GuardSize } from './size.ts'

/** The posterior q(z | x) of each of B examples. */
export interface Posterior<B extends number, Z extends number> {
  /** The Gaussian that samples start from; the posterior itself, if `diagonal`. */
  readonly base: DiagonalGaussian<B, Z>
  /** The point that stands for the posterior: the mean of the base, and where the posterior takes it. */
  readonly center: Tensor<[B, Z]>
  /** Whether the posterior is its base, so that there are closed forms. */
  readonly diagonal: boolean
  readonly sample: <K extends number>(key: Key, count: K) => PosteriorSamples<K, B, Z>
}

/** What gives the posterior of examples of shape S over Z latent dimensions, with parameters P. */
export interface Encoder<S extends Shape, Z extends number, P> {
  readonly input: S
  readonly latent: Z
  readonly init: (key: Key) => P
  readonly posterior: (params: P) => <B extends number>(x: Tensor<[B, ...S]>) => Posterior<B, Z>
}

/** Any encoder, as guards see it. */
export interface AnyEncoder {
  readonly input: Shape
  readonly latent: number
  readonly init: (key: Key) => unknown
  readonly posterior: (params: never) => unknown
}

/** The size of the vectors that a body gives, or a refusal. */
export type VectorOf<Operation extends string, Out extends Shape> = Out extends readonly [
  infer H extends number,
]
  ? H
  : number extends Out['length']
    ? number
    : Refused<`${Operation}: the body must give vectors, it gives ${Show<Out>}`>

/** A size, or one of which nothing is known in place of a refusal. */
export type KnownSize<H> = H extends number ? H : number

/** The run-time twin of `VectorOf`. Throws its message as a `ShapeError`. */
export const vectorOf = (operation: string, output: Shape): number => {
  if (output.length !== 1)
    throw new ShapeError(`${operation}: the body must give vectors, it gives ${showShape(output)}`)
  return output[0]!
}

/** Parameters of a body and of the two dense layers that make a Gaussian of its H features. */
export interface GaussianEncoderParams<P, H extends number, Z extends number> {
  readonly body: P
  readonly mean: LinearParams<H, Z>
  readonly logVar: LinearParams<H, Z>
}

/** A diagonal Gaussian, with samples by the reparametrisation trick. */
export const gaussianPosterior = <B extends number, Z extends number>(
  base: DiagonalGaussian<B, Z>,
): Posterior<B, Z> => ({
  base,
  center: base.mean,
  diagonal: true,
  sample: (key, count) => sampleGaussianTimes(base, count, key),
})

/**
 * An encoder with a diagonal Gaussian posterior: a body, and a dense layer each for the mean and for log σ², which is
 * kept between −14 and 14. Kingma & Welling, "Auto-Encoding Variational Bayes" (2013), appendix C.2.
 *
 * ```ts
 * const encoder = gaussianEncoder(mlp([784], [400]), 16)
 * encoder.posterior(encoder.init(key(0)))(x).base.mean // Tensor<[128, 16]>
 * ```
 *
 * A body that gives no vectors does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * gaussianEncoder(convDown([1, 28, 28], [32, 64]), 16)
 * // error: gaussianEncoder: the body must give vectors, it gives [64, 7, 7]
 * ```
 */
export const gaussianEncoder = <In extends Shape, Out extends Shape, P, const Z extends number, Moment = Now>(
  body: Guard<VectorOf<'gaussianEncoder', Out>, Network<In, Out, P>>,
  latent: GuardSize<Moment, 'gaussianEncoder', 'latent', Z>,
): Encoder<In, Z, GaussianEncoderParams<P, KnownSize<VectorOf<'gaussianEncoder', Out>>, Z>> => {
  type H = KnownSize<VectorOf<'gaussianEncoder', Out>>
  // What a guard let pass is not decided inside the function; the run checks it.
  const [trunk, size] = [body as unknown as Network<In, [H], P>, latent as Z]
  const features = vectorOf('gaussianEncoder', trunk.output) as H
  checkLayerSizes('gaussianEncoder', { latent: size })
  const [mean, logVar] = [linear<H, Z>(features, size), linear<H, Z>(features, size)]
  return {
    input: trunk.input,
    latent: size,
    init: (key) => {
      const [forBody, forMean, forLogVar] = split(key, 3)
      return { body: trunk.init(forBody), mean: mean.init(forMean), logVar: logVar.init(forLogVar) }
    },
    posterior: (params) => (x) => {
      const h = trunk.apply(params.body)(x)
      return gaussianPosterior({
        mean: mean.apply(params.mean)(h),
        logVar: clampLogVar(logVar.apply(params.logVar)(h)),
      })
    },
  }
}

/** A posterior that is a diagonal Gaussian, whose density is known at any z. Throws a `ShapeError` for another. */
export const diagonalOnly = <B extends number, Z extends number>(
  model: string,
  posterior: Posterior<B, Z>,
): Posterior<B, Z> => {
  if (!posterior.diagonal)
    throw new ShapeError(`${model}: expected an encoder with a diagonal Gaussian posterior`)
  return posterior
}
