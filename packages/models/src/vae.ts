import {
  add,
  type DType,
  type Guard,
  type Key,
  markParameters,
  mul,
  type Now,
  neg,
  relu,
  type Shape,
  sigmoid,
  split,
  type Tensor,
  type TensorOf,
} from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import { type DiagonalGaussian, klToStandardNormal, sampleGaussian, sumOverLatents } from './gaussian.ts'
import { type BatchOf, type VectorsProblem, vectorsFor } from './input.ts'
import { intensities } from './intensities.ts'
import { bernoulliLogLikelihood } from './likelihood.ts'
import { type LinearParams, linear } from './linear.ts'
import { type Batch, type Evaluation, weightedMean } from './objective.ts'
import { checkLayerSizes, type GuardSize } from './size.ts'

/** Sizes of a multi-layer perceptron VAE: F features, H hidden units on each side, Z latent dimensions. */
export interface MlpVaeSizes<F extends number, H extends number, Z extends number> {
  readonly features: F
  readonly hidden: H
  readonly latent: Z
}

/** Sizes of a multi-layer perceptron VAE, or messages. */
export interface GuardedVaeSizes<Moment, F extends number, H extends number, Z extends number> {
  readonly features: GuardSize<Moment, 'mlpVae', 'features', F>
  readonly hidden: GuardSize<Moment, 'mlpVae', 'hidden', H>
  readonly latent: GuardSize<Moment, 'mlpVae', 'latent', Z>
}

/** Parameters of the encoder F → H → (Z, Z) and of the decoder Z → H → F. */
export interface MlpVaeParams<F extends number, H extends number, Z extends number> {
  readonly encoder: {
    readonly hidden: LinearParams<F, H>
    readonly mean: LinearParams<H, Z>
    readonly logVar: LinearParams<H, Z>
  }
  readonly decoder: {
    readonly hidden: LinearParams<Z, H>
    readonly logits: LinearParams<H, F>
  }
}

/** The state of a model that learns by gradients alone. */
export type NoState = Readonly<Record<never, never>>

/** Terms of the evidence lower bound, in nats per example. */
export type ElboTerms<B extends number> = {
  /** −E_q[log p(x | z)], estimated with one sample. */
  readonly reconstruction: Tensor<[B]>
  /** KL(q(z | x) ‖ p(z)), in closed form. */
  readonly kl: Tensor<[B]>
}

/** A batch of vectors for a dense layer from I to O features, or a message. */
export type GuardVectors<I extends number, O extends number, S extends Shape, D extends DType> = Guard<
  VectorsProblem<'mlpVae', I, O, S, D>,
  TensorOf<S, D>
>

/** A variational autoencoder as a value: pure functions over one parameter tree. */
export interface MlpVae<F extends number, H extends number, Z extends number> {
  readonly sizes: MlpVaeSizes<F, H, Z>
  readonly init: (key: Key) => { readonly params: MlpVaeParams<F, H, Z>; readonly state: NoState }
  /** The posterior q(z | x) of images with intensities from 0 to 1. */
  readonly encode: (
    params: MlpVaeParams<F, H, Z>,
  ) => <S extends Shape, D extends DType>(x: GuardVectors<F, H, S, D>) => DiagonalGaussian<BatchOf<S>, Z>
  /** Logits of p(x | z). */
  readonly decode: (
    params: MlpVaeParams<F, H, Z>,
  ) => <S extends Shape, D extends DType>(z: GuardVectors<Z, H, S, D>) => Tensor<[BatchOf<S>, F]>
  /**
   * The β-VAE objective: reconstruction + β · KL, averaged over the weighted examples. With β = 1 the loss is the
   * negative evidence lower bound. Kingma & Welling (2013), equation 10; Higgins et al., "β-VAE" (ICLR 2017).
   */
  readonly objective: (
    beta: Tensor<[]>,
  ) => <B extends number>(
    params: MlpVaeParams<F, H, Z>,
    state: NoState,
    batch: Batch<B, [F]>,
    key: Key,
  ) => Evaluation<B, NoState, ElboTerms<B>>
  /** Images of the means of p(x | z), with intensities from 0 to 1, at the posterior means of x. */
  readonly reconstruct: (
    params: MlpVaeParams<F, H, Z>,
  ) => <S extends Shape, D extends DType>(x: GuardVectors<F, H, S, D>) => Tensor<[BatchOf<S>, F]>
  /** Images of the means of p(x | z), with intensities from 0 to 1, at given latents. */
  readonly generate: (
    params: MlpVaeParams<F, H, Z>,
  ) => <S extends Shape, D extends DType>(z: GuardVectors<Z, H, S, D>) => Tensor<[BatchOf<S>, F]>
}

/**
 * A variational autoencoder with one hidden ReLU layer on each side, a diagonal Gaussian posterior and a
 * Bernoulli likelihood on pixel intensities. Kingma & Welling, "Auto-Encoding Variational Bayes" (2013),
 * appendix C.
 *
 * ```ts
 * const model = mlpVae({ features: 784, hidden: 400, latent: 16 })
 * const { params } = model.init(key(0))
 * const { mean } = model.encode(params)(zeros([128, 784]))
 * mean // Tensor<[128, 16]>
 * ```
 */
export const mlpVae = <F extends number, H extends number, Z extends number, Moment = Now>(
  guarded: GuardedVaeSizes<Moment, F, H, Z>,
): MlpVae<F, H, Z> => {
  // Inside the function a guard is not decided yet; what it let pass are the sizes, which the run checks below.
  const sizes = guarded as unknown as MlpVaeSizes<F, H, Z>
  const { features, hidden, latent } = sizes
  checkLayerSizes('mlpVae', { features, hidden, latent })
  const encoder = {
    hidden: linear(features, hidden),
    mean: linear(hidden, latent),
    logVar: linear(hidden, latent),
  }
  const decoder = { hidden: linear(latent, hidden), logits: linear(hidden, features) }
  type Params = MlpVaeParams<F, H, Z>

  const init = (key: Key) => {
    const keys = split(key, 5)
    const params: Params = {
      encoder: {
        hidden: encoder.hidden.init(keys[0]),
        mean: encoder.mean.init(keys[1]),
        logVar: encoder.logVar.init(keys[2]),
      },
      decoder: { hidden: decoder.hidden.init(keys[3]), logits: decoder.logits.init(keys[4]) },
    }
    return { params: markParameters(params), state: {} }
  }

  const encode =
    ({ encoder: p }: Params) =>
    <B extends number>(x: Tensor<[B, F]>): DiagonalGaussian<B, Z> => {
      const h = pipe(x, encoder.hidden.apply(p.hidden), relu)
      return { mean: encoder.mean.apply(p.mean)(h), logVar: encoder.logVar.apply(p.logVar)(h) }
    }

  const decode =
    ({ decoder: p }: Params) =>
    <B extends number>(z: Tensor<[B, Z]>): Tensor<[B, F]> =>
      pipe(z, decoder.hidden.apply(p.hidden), relu, decoder.logits.apply(p.logits))

  const images = <B extends number>(x: unknown) => vectorsFor<B, F>('mlpVae', [features, hidden], x)
  const latents = <B extends number>(z: unknown) => vectorsFor<B, Z>('mlpVae', [latent, hidden], z)

  const objective =
    (beta: Tensor<[]>) =>
    <B extends number>(
      params: Params,
      state: NoState,
      { examples, weights }: Batch<B, [F]>,
      key: Key,
    ): Evaluation<B, NoState, ElboTerms<B>> => {
      const x = intensities(examples)
      const posterior = encode(params)(x)
      const logits = decode(params)(sampleGaussian(posterior, key))
      const reconstruction = neg(bernoulliLogLikelihood(logits, x))
      const kl = sumOverLatents(klToStandardNormal(posterior))
      const loss = weightedMean(add(reconstruction, mul(kl, beta)), weights)
      return { loss, terms: { reconstruction, kl }, state }
    }

  return {
    sizes,
    init,
    encode: (params) => (x) => encode(params)(images(x)),
    decode: (params) => (z) => decode(params)(latents(z)),
    objective,
    reconstruct:
      (params) =>
      <S extends Shape, D extends DType>(x: GuardVectors<F, H, S, D>) =>
        sigmoid(decode(params)(encode(params)(images<BatchOf<S>>(x)).mean)),
    generate: (params) => (z) => sigmoid(decode(params)(latents(z))),
  }
}
