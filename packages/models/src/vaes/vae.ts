import { add, type Key, neg, type Shape, squeeze, type Tensor } from '@vae/tensor'
import { valuesOf } from '../examples.ts'
import { checkPaidKl, type KlHyper, klTerm, type PaidKl } from '../kl-term.ts'
import { type LatentModel, type LatentParams, latentModel } from '../latent-model.ts'
import { fitting, type GuardedLatentParts } from '../latent-parts.ts'
import type { NoParams } from '../layer.ts'
import { type Batch, type Evaluation, type NoState, weightedMean } from '../objective.ts'

/** Terms of the evidence lower bound, in nats per example. */
export type ElboTerms<B extends number> = {
  /** −E_q[log p(x | z)], estimated with one sample. */
  readonly reconstruction: Tensor<[B]>
  /** KL(q(z | x) ‖ p(z)): in closed form where there is one, else estimated with the same sample. */
  readonly kl: Tensor<[B]>
}

/** A variational autoencoder as a value: a latent variable model, and what training minimises. */
export interface Vae<S extends Shape, Z extends number, Out extends Shape, P>
  extends LatentModel<S, Z, Out, P> {
  /**
   * The β-VAE objective: reconstruction + β · KL, or the part of the KL that is paid for, averaged over the weighted
   * examples. With β = 1 and all of the KL the loss is the negative evidence lower bound. Kingma & Welling (2013),
   * equation 10; Higgins et al., "β-VAE" (ICLR 2017).
   */
  readonly objective: (
    hyper: KlHyper,
  ) => <B extends number>(
    params: P,
    state: NoState,
    batch: Batch<B, S, 'u8' | 'f32'>,
    key: Key,
  ) => Evaluation<B, NoState, ElboTerms<B>>
}

/** How the objective of a VAE is put together. */
export interface VaeOptions {
  /** Which part of the KL is paid for; all of it unless given. */
  readonly kl?: PaidKl
}

/**
 * A variational autoencoder of an encoder, a decoder, a likelihood and a prior, N(0, I) unless given. Kingma & Welling,
 * "Auto-Encoding Variational Bayes" (2013).
 *
 * ```ts
 * const model = vae({
 *   encoder: gaussianEncoder(mlp([784], [400]), 16),
 *   decoder: mlp([16], [400], [784]),
 *   likelihood: bernoulli,
 * })
 * const { params } = model.init(key(0))
 * const { mean } = model.encode(params)(zeros([128, 784]))
 * mean // Tensor<[128, 16]>
 * ```
 *
 * Free bits of each dimension and active dimensions need a KL in closed form, of a diagonal Gaussian posterior and N(0, I):
 * the objective throws a `ShapeError` for others. Parts that do not fit do not compile, or throw one.
 *
 * ```ts
 * const encoder = gaussianEncoder(mlp([784], [400]), 16)
 * vae({ encoder, decoder: mlp([20], [400], [784]), likelihood: bernoulli })
 * // error: vae: the encoder gives 16 latent dimensions, the decoder takes [20]
 * ```
 */
export const vae = <
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
  parts: GuardedLatentParts<'vae', S, Z, EP, In, Out, DP, Name, K, Y, PP>,
  { kl: paid = { kind: 'whole' } }: VaeOptions = {},
): Vae<S, Z, Out, LatentParams<EP, DP, PP>> => {
  checkPaidKl(paid)
  const model = latentModel<S, Z, EP, Out, DP, Name, K, PP>(fitting('vae', parts))
  return {
    ...model,
    objective:
      (hyper) =>
      (params, state, { examples, weights }, key) => {
        const x = valuesOf(examples)
        const posterior = model.posterior(params)(x)
        const samples = posterior.sample(key, 1)
        const divergence = model.divergence(params)(posterior, samples)
        const reconstruction = neg(squeeze(model.logLikelihood(params)(x, samples.z), [0]))
        const loss = add(
          weightedMean(reconstruction, weights),
          klTerm(paid, hyper, divergence, posterior.base, weights),
        )
        return { loss, terms: { reconstruction, kl: divergence.kl }, state }
      },
  }
}
