import type { Key, Shape, Tensor } from '@vae/tensor'
import type { DiagonalGaussian } from '../gaussian.ts'

/** The posterior of some examples as a Gaussian: what a prior that is made of posteriors needs. */
export type Encode<Z extends number> = <B extends number>(x: Tensor<[B, ...Shape]>) => DiagonalGaussian<B, Z>

/** The distribution p(z) of Z latent dimensions before anything is seen, with parameters P. */
export interface Prior<Z extends number, P> {
  readonly name: string
  readonly latent: Z
  readonly init: (key: Key) => P
  /** log p(z) in nats: `[B, Z]` → `[B]`. */
  readonly logDensity: (params: P, encode: Encode<Z>) => <B extends number>(z: Tensor<[B, Z]>) => Tensor<[B]>
  /** Draws from p(z). */
  readonly sample: (params: P, encode: Encode<Z>) => <N extends number>(key: Key, count: N) => Tensor<[N, Z]>
  /** KL(q(z | x) ‖ p(z)) in nats for each dimension, where there is a closed form. */
  readonly kl?: <B extends number>(posterior: DiagonalGaussian<B, Z>) => Tensor<[B, Z]>
}
