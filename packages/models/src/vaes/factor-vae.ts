import {
  add,
  type Guard,
  type Key,
  mul,
  neg,
  type Refused,
  type Same,
  type Shape,
  ShapeError,
  type ShowDim,
  split,
  squeeze,
  type Tensor,
  type When,
} from '@vae/tensor'
import { valuesOf } from '../examples.ts'
import {
  type Discriminator,
  type DiscriminatorParams,
  discriminatorCrossEntropy,
  discriminatorLoss,
  logDensityRatio,
} from '../factor/discriminator.ts'
import { permuteDimensions } from '../factor/permute-dimensions.ts'
import { type LatentModel, type LatentParams, latentModel } from '../latent-model.ts'
import { fitting, type GuardedLatentParts } from '../latent-parts.ts'
import type { NoParams } from '../layer.ts'
import { type Batch, type Evaluation, type NoState, weightedMean } from '../objective.ts'

/** The scalars of a step of a FactorVAE. */
export interface FactorHyper {
  /** The weight of the total correlation. */
  readonly gamma: Tensor<[]>
}

/** Terms of the model in a FactorVAE, in nats per example. */
export type FactorTerms<B extends number> = {
  /** −E_q[log p(x | z)], estimated with one sample. */
  readonly reconstruction: Tensor<[B]>
  /** KL(q(z | x) ‖ p(z)). */
  readonly kl: Tensor<[B]>
  /** log q(z) − Σⱼ log q(z_j) as the discriminator sees it. */
  readonly totalCorrelation: Tensor<[B]>
}

/** Terms of the discriminator in a FactorVAE, in nats per example. */
export type FactorDiscriminatorTerms<B extends number> = {
  /** −log of the probability that it gives to the truth: that a sample is one of q(z). */
  readonly discriminatorOnJoint: Tensor<[B]>
  /** The same for a sample of the product of the marginals. */
  readonly discriminatorOnProduct: Tensor<[B]>
}

/** What the discriminator learns from: samples of q(z), and of the product of its marginals. */
export interface FactorSamples<B extends number, Z extends number> {
  readonly joint: Tensor<[B, Z]>
  readonly product: Tensor<[B, Z]>
}

/** A FactorVAE as a value: two players with a tree of parameters each, P and that of the discriminator. */
export interface FactorVae<S extends Shape, Z extends number, Out extends Shape, P, H extends number>
  extends Omit<LatentModel<S, Z, Out, P>, 'init'> {
  readonly init: (key: Key) => {
    readonly params: { readonly model: P; readonly discriminator: DiscriminatorParams<Z, H> }
    readonly state: NoState
  }
  readonly objectives: {
    /**
     * Reconstruction + KL + γ · total correlation, which is estimated by the discriminator, averaged over the weighted
     * examples. Kim & Mnih, "Disentangling by factorising" (ICML 2018), equation 2.
     */
    readonly model: (
      hyper: FactorHyper,
    ) => <B extends number>(
      params: P,
      discriminator: DiscriminatorParams<Z, H>,
      state: NoState,
      batch: Batch<B, S, 'u8' | 'f32'>,
      key: Key,
    ) => Evaluation<B, NoState, FactorTerms<B>> & { readonly shared: FactorSamples<B, Z> }
    /** The cross-entropy of telling both kinds of samples apart; algorithm 2 of the paper. */
    readonly discriminator: (
      hyper: FactorHyper,
    ) => <B extends number>(
      params: DiscriminatorParams<Z, H>,
      shared: FactorSamples<B, Z>,
      batch: Batch<B, S, 'u8' | 'f32'>,
      key: Key,
    ) => { readonly loss: Tensor<[]>; readonly terms: FactorDiscriminatorTerms<B> }
  }
}

/** True, or a refusal of a discriminator of other latents than those of the encoder. */
export type DiscriminatorProblem<Z extends number, J extends number> =
  Same<When<J>, Z, J> extends true
    ? true
    : Refused<`factorVae: the encoder gives ${ShowDim<Z, When<J>>} latent dimensions, the discriminator takes ${ShowDim<J, When<J>>}`>

/** The run-time twin of `DiscriminatorProblem`. Throws its message as a `ShapeError`. */
const checkDiscriminator = (
  latent: number,
  { sizes }: { readonly sizes: { readonly latent: number } },
): void => {
  if (sizes.latent !== latent)
    throw new ShapeError(
      `factorVae: the encoder gives ${latent} latent dimensions, the discriminator takes ${sizes.latent}`,
    )
}

/**
 * A FactorVAE of the parts of a VAE and a discriminator of their latents. Both players learn from the same samples, with
 * and without permuted dimensions, as in the code of Locatello et al. (2019); the paper permutes those of a second batch.
 * `adversarialStep` of @vae/train makes a training step of it.
 *
 * ```ts
 * const model = factorVae({
 *   encoder: gaussianEncoder(mlp([784], [400]), 10),
 *   decoder: mlp([10], [400], [784]),
 *   likelihood: bernoulli,
 *   discriminator: discriminator({ latent: 10, hidden: 100 }),
 * })
 * const { params } = model.init(key(0))
 * ```
 *
 * Parts that do not fit do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * factorVae({
 *   encoder: gaussianEncoder(mlp([784], [400]), 10),
 *   decoder: mlp([10], [400], [784]),
 *   likelihood: bernoulli,
 *   discriminator: discriminator({ latent: 16, hidden: 100 }),
 * })
 * // error: factorVae: the encoder gives 10 latent dimensions, the discriminator takes 16
 * ```
 */
export const factorVae = <
  S extends Shape,
  Z extends number,
  EP,
  In extends Shape,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
  J extends number,
  H extends number,
  Y extends number = Z,
  PP = NoParams,
>(
  parts: GuardedLatentParts<'factorVae', S, Z, EP, In, Out, DP, Name, K, Y, PP> & {
    readonly discriminator: Guard<DiscriminatorProblem<Z, J>, Discriminator<J, H>>
  },
): FactorVae<S, Z, Out, LatentParams<EP, DP, PP>, H> => {
  const { init, ...model } = latentModel<S, Z, EP, Out, DP, Name, K, PP>(fitting('factorVae', parts))
  // What the guard let pass is not decided inside the function; the run checks it.
  const judge = parts.discriminator as unknown as Discriminator<Z, H>
  checkDiscriminator(model.latent, judge)
  return {
    ...model,
    init: (key) => {
      const [forModel, forDiscriminator] = split(key)
      const { params, state } = init(forModel)
      return { params: { model: params, discriminator: judge.init(forDiscriminator) }, state }
    },
    objectives: {
      model:
        ({ gamma }) =>
        (params, opponent, state, { examples, weights }, key) => {
          const [forSample, forOrder] = split(key)
          const x = valuesOf(examples)
          const posterior = model.posterior(params)(x)
          const samples = posterior.sample(forSample, 1)
          const z = squeeze(samples.z, [0])
          const reconstruction = neg(squeeze(model.logLikelihood(params)(x, samples.z), [0]))
          const { kl } = model.divergence(params)(posterior, samples)
          const totalCorrelation = logDensityRatio(judge.apply(opponent)(z))
          const loss = weightedMean(add(add(reconstruction, kl), mul(totalCorrelation, gamma)), weights)
          return {
            loss,
            terms: { reconstruction, kl, totalCorrelation },
            state,
            shared: { joint: z, product: permuteDimensions(z, weights, forOrder) },
          }
        },
      discriminator:
        () =>
        (params, { joint, product }, { weights }) => {
          const onJoint = judge.apply(params)(joint)
          const onProduct = judge.apply(params)(product)
          return {
            loss: discriminatorLoss({ logits: onJoint, weights }, { logits: onProduct, weights }),
            terms: {
              discriminatorOnJoint: discriminatorCrossEntropy(onJoint, 'joint'),
              discriminatorOnProduct: discriminatorCrossEntropy(onProduct, 'product'),
            },
          }
        },
    },
  }
}
