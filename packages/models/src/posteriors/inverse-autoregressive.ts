import {
  type AnyTensor,
  add,
  flip,
  type Key,
  logSigmoid,
  mul,
  type Now,
  type Same,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
  sigmoid,
  split,
  sub,
  sum,
  type Tensor,
} from '@vae/tensor'
import { type MadeParams, made } from '../flows/made.ts'
import type { DiagonalGaussian } from '../gaussian.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import { sampleGaussianWithDensity } from './diagonal-gaussian.ts'
import type { PosteriorSample } from './sample.ts'

/** Sizes of an inverse autoregressive posterior, or messages. */
export interface GuardedIaf<Moment, Z extends number, C extends number, H extends number> {
  readonly latent: GuardSize<Moment, 'iafPosterior', 'latent', Z>
  /** Features of what the encoder passes on, such as its last hidden layer. */
  readonly context: GuardSize<Moment, 'iafPosterior', 'context', C>
  readonly hidden: GuardSize<Moment, 'iafPosterior', 'hidden', H>
  readonly steps: number
}

/** A context for B examples, or a message. */
export type GuardContext<Moment, B extends number, C extends number, A extends number, D extends number> =
  Same<Moment, B, A> extends true
    ? Same<Moment, C, D> extends true
      ? Tensor<[A, D]>
      : `iafPosterior: expected a context ${Show<[B, C]>}, got ${Show<[A, D]>} (${C} ≠ ${ShowDim<D, Moment>})`
    : `iafPosterior: expected a context ${Show<[B, C]>}, got ${Show<[A, D]>} (${ShowDim<B, Moment>} ≠ ${ShowDim<A, Moment>})`

/** A posterior that starts as a diagonal Gaussian and is made more flexible by autoregressive steps. */
export interface IafPosterior<Z extends number, C extends number, H extends number> {
  readonly latent: Z
  readonly context: C
  readonly init: (key: Key) => readonly MadeParams<Z, C, H>[]
  /** A draw with its log-density, `[B, Z]` and `[B]`, of the encoder's Gaussian and its context `[B, C]`. */
  readonly sample: (
    params: readonly MadeParams<Z, C, H>[],
  ) => <B extends number, A extends number, D extends number, Moment = Now>(
    start: DiagonalGaussian<B, Z>,
    context: GuardContext<Moment, B, C, A, D>,
    key: Key,
  ) => PosteriorSample<B, Z>
  /** The steps alone: from a draw of the Gaussian with its log-density to one of the posterior. */
  readonly transform: (
    params: readonly MadeParams<Z, C, H>[],
  ) => <B extends number>(start: PosteriorSample<B, Z>, context: Tensor<[B, C]>) => PosteriorSample<B, Z>
}

/** The run-time twin of `GuardContext`. */
const contextOf = <B extends number, C extends number>(
  batch: B,
  features: C,
  context: unknown,
): Tensor<[B, C]> => {
  const { shape } = context as AnyTensor
  const expected = [batch, features]
  const axis = expected.findIndex((size, index) => size !== shape[index])
  if (axis >= 0 || shape.length !== 2)
    throw new ShapeError(
      `iafPosterior: expected a context ${showShape(expected)}, got ${showShape(shape)}` +
        (shape.length === 2 ? ` (${expected[axis]} ≠ ${shape[axis]})` : ''),
    )
  return context as Tensor<[B, C]>
}

/**
 * An inverse autoregressive posterior: z₀ ~ N(μ, σ²) of the encoder, then `steps` updates z ← g z + (1 − g) m with m and the
 * gate g = sigmoid(s) from a masked network of z and the context, the order of the latents reversed between steps. Each
 * Jacobian is triangular, so log q(z | x) = log q(z₀ | x) − Σ log g is exact. Kingma et al., "Improved variational inference
 * with inverse autoregressive flow" (NeurIPS 2016), algorithm 1, equations 13 and 14.
 *
 * ```ts
 * const posterior = iafPosterior({ latent: 16, context: 400, hidden: 320, steps: 2 })
 * const steps = posterior.init(key(0))
 * const start = { mean: zeros([128, 16]), logVar: zeros([128, 16]) }
 * const { z } = posterior.sample(steps)(start, zeros([128, 400]), key(1))
 * z // Tensor<[128, 16]>
 * ```
 *
 * A context of another size does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * const posterior = iafPosterior({ latent: 2, context: 400, hidden: 32, steps: 1 })
 * const start = { mean: zeros([128, 2]), logVar: zeros([128, 2]) }
 * posterior.sample(posterior.init(key(0)))(start, zeros([128, 200]), key(1))
 * // error: iafPosterior: expected a context [128, 400], got [128, 200] (400 ≠ 200)
 * ```
 */
export const iafPosterior = <Z extends number, C extends number, H extends number, Moment = Now>(
  sizes: GuardedIaf<Moment, Z, C, H>,
): IafPosterior<Z, C, H> => {
  const { steps } = sizes
  const [latent, context, hidden] = [sizes.latent as Z, sizes.context as C, sizes.hidden as H]
  checkLayerSizes('iafPosterior', { latent, context, hidden, steps })
  const network = made(latent, context, hidden)
  const transform: IafPosterior<Z, C, H>['transform'] = (params) => (start, given) =>
    params.reduce(({ z, logDensity }, step, index) => {
      const before = index === 0 ? z : flip(z, [1])
      const { mean, gate } = network.apply(step)(before, given)
      const kept = sigmoid(gate)
      return {
        z: add(mul(kept, before), mul(sub(1, kept), mean)),
        logDensity: sub(logDensity, sum(logSigmoid(gate), [1])),
      }
    }, start)
  return {
    latent,
    context,
    init: (key) => split(key, steps as number).map(network.init),
    transform,
    sample: (params) => {
      const along = transform(params)
      return <B extends number>(start: DiagonalGaussian<B, Z>, given: unknown, key: Key) =>
        along(sampleGaussianWithDensity(start, key), contextOf(start.mean.shape[0], context, given))
    },
  }
}
