import type { Tensor } from '@vae/tensor'

/** One draw z ~ q(z | x) for each of B examples, through which gradients flow. */
export interface PosteriorSample<B extends number, Z extends number> {
  readonly z: Tensor<[B, Z]>
  /** log q(z | x) of the draw, in nats per example. */
  readonly logDensity: Tensor<[B]>
}

/** K draws for each of B examples. */
export interface PosteriorSamples<K extends number, B extends number, Z extends number> {
  readonly z: Tensor<[K, B, Z]>
  /** log q(z | x) of each draw, in nats per example. */
  readonly logDensity: Tensor<[K, B]>
}
