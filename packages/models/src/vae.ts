import { abs, add, type Key, mul, neg, type Shape, squeeze, sub, type Tensor } from '@vae/tensor'
import { valuesOf } from './examples.ts'
import { type LatentModel, type LatentParams, latentModel } from './latent-model.ts'
import { checkLatentParts, type GuardedLatentParts, type LatentParts } from './latent-parts.ts'
import type { NoParams } from './layer.ts'
import { type Batch, type Evaluation, type NoState, weightedMean } from './objective.ts'
import { standardNormal } from './priors/standard-normal.ts'

/** Terms of the evidence lower bound, in nats per example. */
export type ElboTerms<B extends number> = {
  /** −E_q[log p(x | z)], estimated with one sample. */
  readonly reconstruction: Tensor<[B]>
  /** KL(q(z | x) ‖ p(z)): in closed form where there is one, else estimated with the same sample. */
  readonly kl: Tensor<[B]>
}

/** The scalars of a β-VAE step. */
export interface VaeHyper {
  /** The weight of the KL term, or of its distance from the capacity. */
  readonly beta: Tensor<[]>
  /** C of β · |KL − C|, in nats per example (Burgess et al., 2018); the term is β · KL unless given. */
  readonly capacity?: Tensor<[]>
}

/** A variational autoencoder as a value: a latent variable model, and what training minimises. */
export interface Vae<S extends Shape, Z extends number, Out extends Shape, P>
  extends LatentModel<S, Z, Out, P> {
  /**
   * The β-VAE objective: reconstruction + β · KL, averaged over the weighted examples. With β = 1 the loss is the
   * negative evidence lower bound. Kingma & Welling (2013), equation 10; Higgins et al., "β-VAE" (ICLR 2017).
   */
  readonly objective: (
    hyper: VaeHyper,
  ) => <B extends number>(
    params: P,
    state: NoState,
    batch: Batch<B, S, 'u8' | 'f32'>,
    key: Key,
  ) => Evaluation<B, NoState, ElboTerms<B>>
}
