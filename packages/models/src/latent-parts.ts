import {
  type Guard,
  type Refused,
  type Same,
  type SameSizes,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  sameShape,
  showShape,
  type Times,
  type When,
} from '@vae/tensor'
import type { Encoder } from './encoder.ts'
import type { Likelihood } from './likelihoods/likelihood.ts'
import type { Network } from './networks/network.ts'
import type { ExampleEncoder, Prior } from './priors/prior.ts'
import { standardNormal } from './priors/standard-normal.ts'

/** What a latent variable model is made of: q(z | x), p(x | z) as a network and a likelihood, and p(z). */
export interface LatentParts<
  S extends Shape,
  Z extends number,
  EP,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
  PP,
> {
  readonly encoder: Encoder<S, Z, EP>
  readonly decoder: Network<[Z], Out, DP>
  readonly likelihood: Likelihood<Name, K>
  readonly prior: Prior<Z, PP, ExampleEncoder<S, Z>>
}

/** What a decoder must give for a likelihood with K numbers for each value of an example of shape S. */
export type ParametersOf<S extends Shape, K extends number> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? [Times<First, K>, ...Rest]
  : number[]

/** The run-time twin of `ParametersOf`. */
export const parametersOf = ([first, ...rest]: Shape, outputs: number): Shape => [first! * outputs, ...rest]

/** True, or a refusal of a decoder of other latents than those of the encoder. */
export type DecoderProblem<Model extends string, Z extends number, In> =
  SameSizes<In, [Z], When<In>> extends true
    ? true
    : Refused<`${Model}: the encoder gives ${ShowDim<Z, When<In>>} latent dimensions, the decoder takes ${Show<In>}`>

/** True, or a refusal of a likelihood that needs something else from the decoder. */
export type LikelihoodProblem<
  Model extends string,
  S extends Shape,
  Out extends Shape,
  Name extends string,
  K extends number,
> =
  SameSizes<Out, ParametersOf<S, K>, When<Out>> extends true
    ? true
    : Refused<`${Model}: ${Name} needs ${Show<ParametersOf<S, K>>} from the decoder, which gives ${Show<Out>}`>

/** True, or a refusal of a prior over other latents than those of the encoder. */
export type PriorProblem<Model extends string, Z extends number, Y extends number> =
  Same<When<Y>, Z, Y> extends true
    ? true
    : Refused<`${Model}: the encoder gives ${ShowDim<Z, When<Y>>} latent dimensions, the prior has ${ShowDim<Y, When<Y>>}`>

/** `LatentParts` that fit, or messages; the prior is N(0, I) unless given. */
export interface GuardedLatentParts<
  Model extends string,
  S extends Shape,
  Z extends number,
  EP,
  In extends Shape,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
  Y extends number,
  PP,
> {
  readonly encoder: Encoder<S, Z, EP>
  readonly decoder: Guard<DecoderProblem<Model, Z, In>, Network<In, Out, DP>>
  readonly likelihood: Guard<LikelihoodProblem<Model, S, Out, Name, K>, Likelihood<Name, K>>
  readonly prior?: Guard<PriorProblem<Model, Z, Y>, Prior<Y, PP, ExampleEncoder<S, Z>>>
}

/** The run-time twin of `LikelihoodProblem`. Throws its message as a `ShapeError`. */
export const checkLikelihood = (
  model: string,
  example: Shape,
  output: Shape,
  { name, outputs }: { readonly name: string; readonly outputs: number },
): void => {
  const needed = parametersOf(example, outputs)
  if (!sameShape(output, needed))
    throw new ShapeError(
      `${model}: ${name} needs ${showShape(needed)} from the decoder, which gives ${showShape(output)}`,
    )
}

/**
 * Parts that fit, with N(0, I) where no prior is given: the run-time twin of `GuardedLatentParts`. Throws its messages as a
 * `ShapeError`.
 */
export const fitting = <
  S extends Shape,
  Z extends number,
  EP,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
  PP,
>(
  model: string,
  guarded: unknown,
): LatentParts<S, Z, EP, Out, DP, Name, K, PP> => {
  // What guards let pass are such parts, as far as the compiler knows; what it does not know is checked here.
  const parts = guarded as Optional<LatentParts<S, Z, EP, Out, DP, Name, K, PP>>
  const { encoder, decoder, likelihood } = parts
  const { input, latent } = encoder
  // Only where none is given, and then PP is the type of the parameters of this one.
  const prior = parts.prior ?? (standardNormal<Z>(latent) as Prior<Z, unknown> as Prior<Z, PP>)
  const refuse = (message: string): never => {
    throw new ShapeError(`${model}: ${message}`)
  }
  const gives = `the encoder gives ${latent} latent dimensions`
  if (!sameShape(decoder.input, [latent])) refuse(`${gives}, the decoder takes ${showShape(decoder.input)}`)
  checkLikelihood(model, input, decoder.output, likelihood)
  if (prior.latent !== latent) refuse(`${gives}, the prior has ${prior.latent}`)
  return { encoder, decoder, likelihood, prior }
}

type Optional<Parts extends { readonly prior: unknown }> = Omit<Parts, 'prior'> & {
  readonly prior?: Parts['prior']
}
