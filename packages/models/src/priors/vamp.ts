import {
  markParameters,
  type Now,
  normal,
  type Shape,
  sigmoid,
  type Tensor,
  type UnaryOperation,
  zeros,
} from '@vae/tensor'
import { latentsOf } from '../latents.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import { mixtureLogDensity, sampleMixture } from './mixture.ts'
import type { ExampleEncoder, Prior } from './prior.ts'

/** Parameters of a VampPrior with M pseudo-inputs of shape S. */
export interface VampPriorParams<M extends number, S extends Shape> {
  /** The pseudo-inputs before they are squashed. */
  readonly pseudoInputs: Tensor<[M, ...S]>
}

/** What a VampPrior is made for. */
export interface VampPriorOptions<Moment, M extends number, S extends Shape, Z extends number> {
  /** The number of pseudo-inputs. */
  readonly components: GuardSize<Moment, 'vampPrior', 'components', M>
  /** The shape of one example as the encoder takes it. */
  readonly example: readonly [...S]
  readonly latent: GuardSize<Moment, 'vampPrior', 'latent', Z>
  /** From parameters to examples: `sigmoid` unless given, for intensities from 0 to 1; `(x) => x` for any real numbers. */
  readonly squash?: UnaryOperation
}

/**
 * The variational mixture of posteriors: the mean of q(z | uₘ) over learned pseudo-inputs uₘ, for which it needs the encoder
 * of the model. The encoder is learned through it, too. Tomczak & Welling, "VAE with a VampPrior" (AISTATS 2018),
 * equation 11. Pseudo-inputs start normal before they are squashed.
 *
 * ```ts
 * const prior = vampPrior({ components: 50, example: [784], latent: 2 })
 * const params = prior.init(key(0))
 * const encoder = { mean: linear(784, 2), logVar: linear(784, 2) }
 * const weights = { mean: encoder.mean.init(key(1)), logVar: encoder.logVar.init(key(2)) }
 * const encode = <N extends number>(x: Tensor<[N, 784]>) => ({
 *   mean: encoder.mean.apply(weights.mean)(x),
 *   logVar: encoder.logVar.apply(weights.logVar)(x),
 * })
 * prior.logDensity(params, encode)(zeros([128, 2])) // Tensor<[128]>
 * ```
 */
export const vampPrior = <M extends number, const S extends Shape, Z extends number, Moment = Now>(
  options: VampPriorOptions<Moment, M, S, Z>,
): Prior<Z, VampPriorParams<M, S>, ExampleEncoder<S, Z>> => {
  const { example, squash = sigmoid } = options
  const [components, latent] = [options.components as M, options.latent as Z]
  checkLayerSizes('vampPrior', { components, latent })
  const posteriors = ({ pseudoInputs }: VampPriorParams<M, S>, encode: ExampleEncoder<S, Z>) =>
    encode<M>(squash(pseudoInputs))
  const uniform = () => zeros([components])
  return {
    name: 'vamp prior',
    latent,
    init: (key) => markParameters({ pseudoInputs: normal(key, [components, ...example]) }),
    logDensity: (params, encode) => (z) =>
      mixtureLogDensity(uniform(), posteriors(params, encode), latentsOf('logDensity', latent, z)),
    sample: (params, encode) => (key, count) =>
      sampleMixture(uniform(), posteriors(params, encode), key, count),
  }
}
