import type { DType, Key, Shape, Tensor } from '@vae/tensor'
import type { BatchOf, GuardExamples } from './examples.ts'
import type { NoState } from './objective.ts'

/**
 * What every model with Z latent dimensions does with examples of shape S, as pure functions over one parameter tree P. The
 * decoder gives Out, of which the likelihood makes p(x | z).
 */
export interface Autoencoding<S extends Shape, Z extends number, Out extends Shape, P> {
  /** The shape of an example. */
  readonly example: S
  /** The number of latent dimensions. */
  readonly latent: Z
  readonly init: (key: Key) => { readonly params: P; readonly state: NoState }
  /** What the likelihood makes p(x | z) of. */
  readonly decode: (
    params: P,
  ) => <X extends Shape, D extends DType>(
    z: GuardExamples<'decode', 'a latent', [Z], X, D>,
  ) => Tensor<[BatchOf<X>, ...Out]>
  /** The means of p(x | z) at given latents. */
  readonly generate: (
    params: P,
  ) => <X extends Shape, D extends DType>(
    z: GuardExamples<'generate', 'a latent', [Z], X, D>,
  ) => Tensor<[BatchOf<X>, ...S]>
  /** The means of p(x | z) at the latents of x: its code, or the center of its posterior, which is the mean of a Gaussian. */
  readonly reconstruct: (
    params: P,
  ) => <X extends Shape, D extends DType>(
    x: GuardExamples<'reconstruct', 'an example', S, X, D>,
  ) => Tensor<[BatchOf<X>, ...S]>
}
