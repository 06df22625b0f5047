import {
  type DType,
  type Guard,
  type Key,
  markParameters,
  neg,
  type Refused,
  type SameSizes,
  type Shape,
  ShapeError,
  type Show,
  sameShape,
  showShape,
  split,
  type Tensor,
  type When,
} from '@vae/tensor'
import type { Autoencoding } from '../autoencoding.ts'
import { type BatchOf, batchFor, type GuardExamples, valuesOf } from '../examples.ts'
import { checkLikelihood, type LikelihoodProblem } from '../latent-parts.ts'
import type { Likelihood } from '../likelihoods/likelihood.ts'
import type { Network } from '../networks/network.ts'
import { type Batch, type Evaluation, type NoState, weightedMean } from '../objective.ts'
import { observationOf } from '../observation.ts'

/** The parameters of an autoencoder. */
export interface AutoencoderParams<EP, DP> {
  readonly encoder: EP
  readonly decoder: DP
}

/** The term of an autoencoder, in nats per example where its likelihood is normalised. */
export type ReconstructionTerms<B extends number> = {
  /** −log p(x | z) at the code of x. */
  readonly reconstruction: Tensor<[B]>
}

/** A plain autoencoder as a value: a code of Z numbers for each example, and no distribution over codes. */
export interface Autoencoder<S extends Shape, Z extends number, Out extends Shape, P>
  extends Autoencoding<S, Z, Out, P> {
  /** The codes of examples. */
  readonly encode: (
    params: P,
  ) => <X extends Shape, D extends DType>(
    x: GuardExamples<'encode', 'an example', S, X, D>,
  ) => Tensor<[BatchOf<X>, Z]>
  /** The reconstruction error, averaged over the weighted examples. It has no scalars. */
  readonly objective: (
    hyper: object,
  ) => <B extends number>(
    params: P,
    state: NoState,
    batch: Batch<B, S, 'u8' | 'f32'>,
    key: Key,
  ) => Evaluation<B, NoState, ReconstructionTerms<B>>
}

/** True, or a refusal of a decoder that does not take what the encoder gives. */
export type CodeProblem<Model extends string, Code extends Shape, In extends Shape> =
  SameSizes<In, Code, When<In>> extends true
    ? true
    : Refused<`${Model}: the encoder gives ${Show<Code>}, the decoder takes ${Show<In>}`>

/** The run-time twin of `CodeProblem`. Throws its message as a `ShapeError`. */
export const checkCode = (
  model: string,
  encoder: { readonly output: Shape },
  decoder: { readonly input: Shape },
): void => {
  if (!sameShape(encoder.output, decoder.input))
    throw new ShapeError(
      `${model}: the encoder gives ${showShape(encoder.output)}, the decoder takes ${showShape(decoder.input)}`,
    )
}

/** Networks and a likelihood that fit, or messages. */
export interface GuardedAutoencoderParts<
  S extends Shape,
  Z extends number,
  EP,
  In extends Shape,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
> {
  readonly encoder: Network<S, [Z], EP>
  readonly decoder: Guard<CodeProblem<'autoencoder', [Z], In>, Network<In, Out, DP>>
  readonly likelihood: Guard<LikelihoodProblem<'autoencoder', S, Out, Name, K>, Likelihood<Name, K>>
}

/**
 * A plain autoencoder: two networks and what their difference is measured with.
 *
 * ```ts
 * const plain = autoencoder({
 *   encoder: mlp([784], [400], [16]),
 *   decoder: mlp([16], [400], [784]),
 *   likelihood: bernoulli,
 * })
 * plain.encode(plain.init(key(0)).params)(x) // Tensor<[128, 16]>
 * ```
 *
 * Parts that do not fit do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * autoencoder({ encoder: mlp([784], [400], [16]), decoder: mlp([20], [400], [784]), likelihood: bernoulli })
 * // error: autoencoder: the encoder gives [16], the decoder takes [20]
 * ```
 */
export const autoencoder = <
  S extends Shape,
  Z extends number,
  EP,
  In extends Shape,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
>(
  parts: GuardedAutoencoderParts<S, Z, EP, In, Out, DP, Name, K>,
): Autoencoder<S, Z, Out, AutoencoderParams<EP, DP>> => {
  const { encoder } = parts
  // What the guards let pass is not decided inside the function; the run checks it.
  const decoder = parts.decoder as unknown as Network<[Z], Out, DP>
  const likelihood = parts.likelihood as Likelihood<Name, K>
  checkCode('autoencoder', encoder, decoder)
  checkLikelihood('autoencoder', encoder.input, decoder.output, likelihood)
  type Params = AutoencoderParams<EP, DP>
  const { input: example, output } = encoder
  const observation = observationOf<S, Out, Name, K>(likelihood, example)
  const examplesIn = <X extends Shape>(operation: string, x: unknown) =>
    batchFor<BatchOf<X>, S>(operation, 'an example', example, x)
  const latentsIn = <X extends Shape>(operation: string, z: unknown) =>
    batchFor<BatchOf<X>, [Z]>(operation, 'a latent', output, z)
  const encode = (params: Params) => encoder.apply(params.encoder)
  const decode = (params: Params) => decoder.apply(params.decoder)
  return {
    example,
    latent: output[0],
    init: (key) => {
      const [forEncoder, forDecoder] = split(key)
      const params: Params = { encoder: encoder.init(forEncoder), decoder: decoder.init(forDecoder) }
      return { params: markParameters(params), state: {} }
    },
    encode:
      (params) =>
      <X extends Shape>(x: unknown) =>
        encode(params)(examplesIn<X>('encode', x)),
    decode:
      (params) =>
      <X extends Shape>(z: unknown) =>
        decode(params)(latentsIn<X>('decode', z)),
    generate:
      (params) =>
      <X extends Shape>(z: unknown) =>
        observation.mean(decode(params)(latentsIn<X>('generate', z))),
    reconstruct:
      (params) =>
      <X extends Shape>(x: unknown) =>
        observation.mean(decode(params)(encode(params)(examplesIn<X>('reconstruct', x)))),
    objective:
      () =>
      (params, state, { examples, weights }) => {
        const x = valuesOf(examples)
        const reconstruction = neg(observation.logLikelihood(decode(params)(encode(params)(x)), x))
        return { loss: weightedMean(reconstruction, weights), terms: { reconstruction }, state }
      },
  }
}
