import {
  type AnyTensor,
  add,
  broadcastTo,
  type DType,
  type Key,
  markParameters,
  type Shape,
  split,
  sub,
  type Tensor,
} from '@vae/tensor'
import type { Autoencoding } from './autoencoding.ts'
import type { Divergence } from './divergence.ts'
import type { Posterior } from './encoder.ts'
import { type BatchOf, batchFor, type GuardExamples } from './examples.ts'
import { type DiagonalGaussian, sumOverLatents } from './gaussian.ts'
import type { LatentParts } from './latent-parts.ts'
import { monteCarloKl } from './monte-carlo.ts'
import { observationOf, shaped } from './observation.ts'
import type { PosteriorSamples } from './posteriors/sample.ts'
import type { ExampleEncoder } from './priors/prior.ts'

/** The parameters of a latent variable model. */
export interface LatentParams<EP, DP, PP> {
  readonly encoder: EP
  readonly decoder: DP
  readonly prior: PP
}

/**
 * p(x, z) = p(x | z) p(z) over examples of shape S and Z latent dimensions, with the posterior q(z | x), as pure functions
 * over one parameter tree P. The decoder gives Out, of which the likelihood makes p(x | z). Densities are in nats.
 */
export interface LatentModel<S extends Shape, Z extends number, Out extends Shape, P>
  extends Autoencoding<S, Z, Out, P> {
  /** The posterior of examples as a Gaussian: the base of q(z | x), where that is more than a Gaussian. */
  readonly encode: (
    params: P,
  ) => <X extends Shape, D extends DType>(
    x: GuardExamples<'encode', 'an example', S, X, D>,
  ) => DiagonalGaussian<BatchOf<X>, Z>
  /** Draws from p(z). */
  readonly samplePrior: (params: P) => <N extends number>(key: Key, count: N) => Tensor<[N, Z]>
  /** The means of p(x | z) at draws from p(z). */
  readonly sample: (params: P) => <N extends number>(key: Key, count: N) => Tensor<[N, ...S]>
  /** q(z | x). */
  readonly posterior: (params: P) => <B extends number>(x: Tensor<[B, ...S]>) => Posterior<B, Z>
  /** log p(x | z) of K latents for each of B examples. */
  readonly logLikelihood: (
    params: P,
  ) => <K extends number, B extends number>(x: Tensor<[B, ...S]>, z: Tensor<[K, B, Z]>) => Tensor<[K, B]>
  /** log p(z). */
  readonly logPrior: (
    params: P,
  ) => <K extends number, B extends number>(z: Tensor<[K, B, Z]>) => Tensor<[K, B]>
  /** KL(q(z | x) ‖ p(z)). */
  readonly divergence: (
    params: P,
  ) => <K extends number, B extends number>(
    posterior: Posterior<B, Z>,
    samples: PosteriorSamples<K, B, Z>,
  ) => Divergence<B, Z>
  /** log p(x, z) − log q(z | x) at K samples of the posterior: the logarithms of importance weights. */
  readonly logWeights: (
    params: P,
  ) => <K extends number, B extends number>(x: Tensor<[B, ...S]>, key: Key, count: K) => Tensor<[K, B]>
}

/** The functions of a latent variable model of parts that fit. */
export const latentModel = <
  S extends Shape,
  Z extends number,
  EP,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
  PP,
>({
  encoder,
  decoder,
  likelihood,
  prior,
}: LatentParts<S, Z, EP, Out, DP, Name, K, PP>): LatentModel<S, Z, Out, LatentParams<EP, DP, PP>> => {
  type Params = LatentParams<EP, DP, PP>
  const { input: example, latent } = encoder

  const posterior: LatentModel<S, Z, Out, Params>['posterior'] = (params) => encoder.posterior(params.encoder)

  const encodeWith =
    (params: Params): ExampleEncoder<S, Z> =>
    (x) =>
      posterior(params)(x).base

  const observation = observationOf<S, Out, Name, K>(likelihood, example)
  const meansAt = <B extends number>(params: Params, z: Tensor<[B, Z]>): Tensor<[B, ...S]> =>
    observation.mean(decoder.apply(params.decoder)(z))

  const logLikelihood: LatentModel<S, Z, Out, Params>['logLikelihood'] =
    (params) =>
    <N extends number, B extends number>(x: Tensor<[B, ...S]>, z: Tensor<[N, B, Z]>): Tensor<[N, B]> => {
      const [count, batch] = z.shape
      // Every example stands beside each of its latents.
      const repeated = broadcastTo(x as AnyTensor as Tensor<number[]>, [count, ...(x.shape as Shape)])
      const rows = shaped<[number, ...S]>(repeated, [count * batch, ...example])
      const output = decoder.apply(params.decoder)(shaped<[number, Z]>(z, [count * batch, latent]))
      return shaped(observation.logLikelihood(output, rows), [count, batch])
    }

  const samplePrior: LatentModel<S, Z, Out, Params>['samplePrior'] = (params) =>
    prior.sample(params.prior, encodeWith(params))

  const logPrior: LatentModel<S, Z, Out, Params>['logPrior'] =
    (params) =>
    <N extends number, B extends number>(z: Tensor<[N, B, Z]>): Tensor<[N, B]> => {
      const [count, batch] = z.shape
      const density = prior.logDensity(params.prior, encodeWith(params))
      return shaped(density(shaped<[number, Z]>(z, [count * batch, latent])), [count, batch])
    }

  const examplesIn = <X extends Shape>(operation: string, x: unknown) =>
    batchFor<BatchOf<X>, S>(operation, 'an example', example, x)
  const latentsIn = <X extends Shape>(operation: string, z: unknown) =>
    batchFor<BatchOf<X>, [Z]>(operation, 'a latent', [latent], z)

  return {
    example,
    latent,
    init: (key) => {
      const [forEncoder, forDecoder, forPrior] = split(key, 3)
      const params: Params = {
        encoder: encoder.init(forEncoder),
        decoder: decoder.init(forDecoder),
        prior: prior.init(forPrior),
      }
      return { params: markParameters(params), state: {} }
    },
    encode:
      (params) =>
      <X extends Shape>(x: unknown) =>
        posterior(params)(examplesIn<X>('encode', x)).base,
    decode:
      (params) =>
      <X extends Shape>(z: unknown) =>
        decoder.apply(params.decoder)(latentsIn<X>('decode', z)),
    generate:
      (params) =>
      <X extends Shape>(z: unknown) =>
        meansAt(params, latentsIn<X>('generate', z)),
    reconstruct:
      (params) =>
      <X extends Shape>(x: unknown) =>
        meansAt(params, posterior(params)(examplesIn<X>('reconstruct', x)).center),
    samplePrior,
    sample: (params) => (key, count) => meansAt(params, samplePrior(params)(key, count)),
    posterior,
    logLikelihood,
    logPrior,
    divergence:
      (params) =>
      (posteriorOf, { z, logDensity }) => {
        if (posteriorOf.diagonal && prior.kl !== undefined) {
          const perDimension = prior.kl(posteriorOf.base)
          return { kl: sumOverLatents(perDimension), perDimension }
        }
        return { kl: monteCarloKl(logDensity, logPrior(params)(z)), perDimension: null }
      },
    logWeights: (params) => (x, key, count) => {
      const { z, logDensity } = posterior(params)(x).sample(key, count)
      return sub(add(logLikelihood(params)(x, z), logPrior(params)(z)), logDensity)
    },
  }
}
