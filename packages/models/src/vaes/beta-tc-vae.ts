import { add, type Key, mul, neg, type Shape, squeeze, type Tensor } from '@vae/tensor'
import { diagonalOnly } from '../encoder.ts'
import { valuesOf } from '../examples.ts'
import { type LatentModel, type LatentParams, latentModel } from '../latent-model.ts'
import { fitting, type GuardedLatentParts } from '../latent-parts.ts'
import type { NoParams } from '../layer.ts'
import type { BatchSampling } from '../minibatch-weights.ts'
import { type Batch, type Evaluation, type NoState, weightedMean } from '../objective.ts'
import { checkLayerSizes } from '../size.ts'
import { decomposeKl, type KlParts } from '../total-correlation.ts'

/** The scalars of a step of a β-TCVAE. */
export interface BetaTcHyper {
  /** The weight of the total correlation. */
  readonly beta: Tensor<[]>
}

/** Terms of a β-TCVAE, in nats per example. The three parts of the KL are estimated over the batch. */
export type BetaTcTerms<B extends number> = KlParts<B> & {
  /** −E_q[log p(x | z)], estimated with one sample. */
  readonly reconstruction: Tensor<[B]>
  /** KL(q(z | x) ‖ p(z)): in closed form where there is one, else estimated with the same sample. */
  readonly kl: Tensor<[B]>
}

/** How the aggregate posterior q(z) is estimated. */
export interface BetaTcOptions {
  /** N, the number of training examples. */
  readonly datasetSize: number
  /** Minibatch weighted (MWS) or stratified (MSS) sampling; stratified unless given. */
  readonly sampling?: BatchSampling
}

/** A β-TCVAE as a value. */
export interface BetaTcVae<S extends Shape, Z extends number, Out extends Shape, P>
  extends LatentModel<S, Z, Out, P> {
  /**
   * Reconstruction + index-code mutual information + β · total correlation + dimension-wise KL, averaged over the weighted
   * examples. The three parts of the KL are estimated from the batch, so they depend on its size by definition; with β = 1
   * their sum is an estimate of the KL, and the loss one of the negative evidence lower bound. Chen et al., "Isolating
   * sources of disentanglement in variational autoencoders" (NeurIPS 2018), equation 4.
   */
  readonly objective: (
    hyper: BetaTcHyper,
  ) => <B extends number>(
    params: P,
    state: NoState,
    batch: Batch<B, S, 'u8' | 'f32'>,
    key: Key,
  ) => Evaluation<B, NoState, BetaTcTerms<B>>
}

/**
 * A β-TCVAE of the parts of a VAE. Parts that do not fit do not compile, or throw a `ShapeError`; a posterior that is no
 * diagonal Gaussian throws one in the objective.
 *
 * ```ts
 * const model = betaTcVae(
 *   { encoder: gaussianEncoder(mlp([784], [400]), 10), decoder: mlp([10], [400], [784]), likelihood: bernoulli },
 *   { datasetSize: 60_000 },
 * )
 * const { params, state } = model.init(key(0))
 * const digits = { examples: batch.examples, weights: batch.weights }
 * model.objective({ beta: full([], 6) })(params, state, digits, key(1)).terms.totalCorrelation // Tensor<[64]>
 * ```
 */
export const betaTcVae = <
  S extends Shape,
  Z extends number,
  EP,
  In extends Shape,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
  Y extends number = Z,
  PP = NoParams,
>(
  parts: GuardedLatentParts<'betaTcVae', S, Z, EP, In, Out, DP, Name, K, Y, PP>,
  { datasetSize, sampling = 'stratified' }: BetaTcOptions,
): BetaTcVae<S, Z, Out, LatentParams<EP, DP, PP>> => {
  checkLayerSizes('betaTcVae', { datasetSize })
  const model = latentModel<S, Z, EP, Out, DP, Name, K, PP>(fitting('betaTcVae', parts))
  return {
    ...model,
    objective:
      ({ beta }) =>
      (params, state, { examples, weights }, key) => {
        const x = valuesOf(examples)
        const posterior = diagonalOnly('betaTcVae', model.posterior(params)(x))
        const samples = posterior.sample(key, 1)
        const reconstruction = neg(squeeze(model.logLikelihood(params)(x, samples.z), [0]))
        const { kl } = model.divergence(params)(posterior, samples)
        const parts = decomposeKl(squeeze(samples.z, [0]), posterior.base, weights, {
          sampling,
          datasetSize,
          logPrior: squeeze(model.logPrior(params)(samples.z), [0]),
        })
        const { mutualInformation, totalCorrelation, dimensionWiseKl } = parts
        const penalty = add(add(mutualInformation, mul(totalCorrelation, beta)), dimensionWiseKl)
        const loss = weightedMean(add(reconstruction, penalty), weights)
        return { loss, terms: { reconstruction, kl, ...parts }, state }
      },
  }
}
