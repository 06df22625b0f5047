import {
  add,
  broadcastTo,
  embed,
  exp,
  expandDims,
  type Key,
  logSoftmax,
  logSumExp,
  markParameters,
  mul,
  type Now,
  neg,
  normal,
  split,
  square,
  squeeze,
  sub,
  sum,
  type Tensor,
  zeros,
} from '@vae/tensor'
import type { DiagonalGaussian } from '../gaussian.ts'
import { latentsOf } from '../latents.ts'
import { sampleCategorical } from '../likelihoods/categorical.ts'
import { clampLogVar } from '../log-variance.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import type { Prior } from './prior.ts'

const logTwoPi = Math.log(2 * Math.PI)

/** Parameters of a mixture of M diagonal Gaussians over Z dimensions. */
export interface GaussianMixtureParams<M extends number, Z extends number> {
  /** Unnormalised log-weights of the components. */
  readonly logits: Tensor<[M]>
  readonly means: Tensor<[M, Z]>
  /** log σ² of each component and dimension, clamped as `clampLogVar` says. */
  readonly logVars: Tensor<[M, Z]>
}

/** log Σₘ wₘ N(z; μₘ, σₘ²) with weights softmax(logits), in nats: `[B, Z]` → `[B]`. */
export const mixtureLogDensity = <B extends number, M extends number, Z extends number>(
  logits: Tensor<[M]>,
  { mean, logVar }: DiagonalGaussian<M, Z>,
  z: Tensor<[B, Z]>,
): Tensor<[B]> => {
  const distance = mul(square(sub(expandDims(z, 1), mean)), exp(neg(logVar)))
  const each = sum(mul(add(add(distance, logVar), logTwoPi), -0.5), [2])
  return logSumExp(add(each, logSoftmax(logits, 0)), [1])
}

/** `count` draws of a mixture with weights softmax(logits): `[N, Z]`. */
export const sampleMixture = <N extends number, M extends number, Z extends number>(
  logits: Tensor<[M]>,
  { mean, logVar }: DiagonalGaussian<M, Z>,
  key: Key,
  count: N,
): Tensor<[N, Z]> => {
  const [forComponent, forNoise] = split(key)
  const [components, latent] = mean.shape
  const repeated = broadcastTo(expandDims(logits, 1), [count, components, 1])
  const chosen = squeeze(sampleCategorical(repeated, forComponent), [1])
  const noise = normal(forNoise, [count, latent])
  return add(embed(mean, chosen), mul(exp(mul(embed(logVar, chosen), 0.5)), noise))
}

/**
 * A mixture of diagonal Gaussians with learned weights, means and variances. The means start standard normal, so that the
 * components differ, with equal weights and variances of 1.
 *
 * ```ts
 * const prior = gaussianMixture({ components: 10, latent: 16 })
 * const params = prior.init(key(0))
 * params.means // Tensor<[10, 16]>
 * prior.logDensity(params, null)(zeros([128, 16])) // Tensor<[128]>
 * ```
 */
export const gaussianMixture = <M extends number, Z extends number, Moment = Now>(sizes: {
  readonly components: GuardSize<Moment, 'gaussianMixture', 'components', M>
  readonly latent: GuardSize<Moment, 'gaussianMixture', 'latent', Z>
}): Prior<Z, GaussianMixtureParams<M, Z>> => {
  const [components, latent] = [sizes.components as M, sizes.latent as Z]
  checkLayerSizes('gaussianMixture', { components, latent })
  const parts = ({ means, logVars }: GaussianMixtureParams<M, Z>): DiagonalGaussian<M, Z> => ({
    mean: means,
    logVar: clampLogVar(logVars),
  })
  return {
    name: 'gaussian mixture',
    latent,
    init: (key) =>
      markParameters({
        logits: zeros([components]),
        means: normal(key, [components, latent]),
        logVars: zeros([components, latent]),
      }),
    logDensity: (params) => (z) =>
      mixtureLogDensity(params.logits, parts(params), latentsOf('logDensity', latent, z)),
    sample: (params) => (key, count) => sampleMixture(params.logits, parts(params), key, count),
  }
}
