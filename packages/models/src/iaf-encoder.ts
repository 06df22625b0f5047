import {
  broadcastTo,
  expandDims,
  type Guard,
  type Key,
  type Now,
  type Shape,
  split,
  type Tensor,
  zeros,
} from '@vae/tensor'
import {
  type Encoder,
  type GaussianEncoderParams,
  type KnownSize,
  type Posterior,
  type VectorOf,
  vectorOf,
} from './encoder.ts'
import type { MadeParams } from './flows/made.ts'
import { linear } from './linear.ts'
import { clampLogVar } from './log-variance.ts'
import type { Network } from './networks/network.ts'
import { shaped } from './observation.ts'
import { sampleGaussianTimes } from './posteriors/diagonal-gaussian.ts'
import { iafPosterior } from './posteriors/inverse-autoregressive.ts'
import type { PosteriorSample, PosteriorSamples } from './posteriors/sample.ts'
import { checkLayerSizes, type GuardSize } from './size.ts'

/** Parameters of a Gaussian encoder with H features, and of the autoregressive steps that follow it. */
export interface IafEncoderParams<P, H extends number, Z extends number, M extends number> {
  readonly start: GaussianEncoderParams<P, H, Z>
  readonly steps: readonly MadeParams<Z, H, M>[]
}

/** How the steps of an `iafEncoder` are built. */
export interface IafEncoderOptions<M extends number> {
  /** Hidden units of the masked network of each step. */
  readonly hidden: M
  readonly steps: number
}

/**
 * An encoder with an inverse autoregressive posterior: that of `gaussianEncoder`, made more flexible by `steps` steps which
 * see the features of the body as their context. Its density is exact, but has no closed form of the KL, so that what needs
 * one refuses it. Kingma et al., "Improved variational inference with inverse autoregressive flow" (NeurIPS 2016).
 *
 * ```ts
 * const encoder = iafEncoder(mlp([784], [400]), 16, { hidden: 320, steps: 2 })
 * const posterior = encoder.posterior(encoder.init(key(0)))(x)
 * posterior.sample(key(1), 5).z // Tensor<[5, 128, 16]>
 * ```
 *
 * A body that gives no vectors does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * iafEncoder(convDown([1, 28, 28], [32, 64]), 16, { hidden: 320, steps: 2 })
 * // error: iafEncoder: the body must give vectors, it gives [64, 7, 7]
 * ```
 */
export const iafEncoder = <
  In extends Shape,
  Out extends Shape,
  P,
  const Z extends number,
  M extends number,
  Moment = Now,
>(
  body: Guard<VectorOf<'iafEncoder', Out>, Network<In, Out, P>>,
  latent: GuardSize<Moment, 'iafEncoder', 'latent', Z>,
  { hidden, steps }: IafEncoderOptions<M>,
): Encoder<In, Z, IafEncoderParams<P, KnownSize<VectorOf<'iafEncoder', Out>>, Z, M>> => {
  type H = KnownSize<VectorOf<'iafEncoder', Out>>
  // What a guard let pass is not decided inside the function; the run checks it.
  const [trunk, size] = [body as unknown as Network<In, [H], P>, latent as Z]
  const features = vectorOf('iafEncoder', trunk.output) as H
  checkLayerSizes('iafEncoder', { latent: size, hidden, steps })
  const [mean, logVar] = [linear<H, Z>(features, size), linear<H, Z>(features, size)]
  // The sizes are checked above.
  const flow = iafPosterior<Z, H, M>({ latent: size, context: features, hidden, steps } as never)
  return {
    input: trunk.input,
    latent: size,
    init: (key: Key) => {
      const [forBody, forMean, forLogVar, forSteps] = split(key, 4)
      const start = { body: trunk.init(forBody), mean: mean.init(forMean), logVar: logVar.init(forLogVar) }
      return { start, steps: flow.init(forSteps) }
    },
    posterior:
      (params) =>
      <B extends number>(x: Tensor<[B, ...In]>): Posterior<B, Z> => {
        const h = trunk.apply(params.start.body)(x)
        const batch = h.shape[0]
        const base = {
          mean: mean.apply(params.start.mean)(h),
          logVar: clampLogVar(logVar.apply(params.start.logVar)(h)),
        }
        const along = flow.transform(params.steps)
        return {
          base,
          // Nobody asks for the density of the center.
          center: along({ z: base.mean, logDensity: zeros([batch]) }, h).z,
          diagonal: false,
          sample: <K extends number>(key: Key, count: K): PosteriorSamples<K, B, Z> => {
            const { z, logDensity } = sampleGaussianTimes(base, count, key)
            const rows = count * batch
            const contexts = shaped<[number, H]>(broadcastTo(expandDims(h, 0), [count, batch, features]), [
              rows,
              features,
            ])
            const first: PosteriorSample<number, Z> = {
              z: shaped(z, [rows, size]),
              logDensity: shaped(logDensity, [rows]),
            }
            const last = along(first, contexts)
            return {
              z: shaped(last.z, [count, batch, size]),
              logDensity: shaped(last.logDensity, [count, batch]),
            }
          },
        }
      },
  }
}
