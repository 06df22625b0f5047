import type { Tensor } from '@vae/tensor'

/** KL(q(z | x) ‖ p(z)) of each example, in nats. */
export interface Divergence<B extends number, Z extends number> {
  /** In closed form if there is one, else log q(z | x) − log p(z) at the samples, averaged. */
  readonly kl: Tensor<[B]>
  /** The part of each dimension, where the divergence is a sum over them. */
  readonly perDimension: Tensor<[B, Z]> | null
}
