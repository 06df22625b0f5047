import type { Key, Now, Shape, Tensor } from '@vae/tensor'
import type { DiagonalGaussian } from '../gaussian.ts'
import type { GuardLatents } from '../latents.ts'

/** The encoder of a model for examples of shape S: what a prior that is made of posteriors needs. */
export type ExampleEncoder<S extends Shape, Z extends number> = <N extends number>(
  examples: Tensor<[N, ...S]>,
) => DiagonalGaussian<N, Z>

/** log p(z) in nats per example, summed over latent dimensions: `[B, Z]` → `[B]`. */
export type LogDensity<Z extends number> = {
  apply<B extends number, Y extends number, Moment = Now>(
    z: GuardLatents<Moment, 'logDensity', Z, B, Y>,
  ): Tensor<[B]>
}['apply']

/**
 * A distribution of latents p(z) with parameters P, which may be learned. `Encoder` is what it needs to know of the model:
 * nothing, unless it is a VampPrior; those that need nothing take anything.
 */
export interface Prior<Z extends number, P, Encoder = unknown> {
  readonly name: string
  /** The number of latent dimensions. */
  readonly latent: Z
  readonly init: (key: Key) => P
  /** log p(z), in nats per example. Latents of another size throw a `ShapeError`. */
  readonly logDensity: (params: P, encode: Encoder) => LogDensity<Z>
  /** `count` draws of z, `[N, Z]`. */
  readonly sample: (params: P, encode: Encoder) => <N extends number>(key: Key, count: N) => Tensor<[N, Z]>
  /** KL(posterior ‖ prior) of each dimension in nats, `[B, Z]`: only where it has a closed form. */
  readonly kl?: <B extends number>(posterior: DiagonalGaussian<B, Z>) => Tensor<[B, Z]>
}
