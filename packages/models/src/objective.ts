import {
  div,
  type Key,
  mul,
  type Now,
  type Same,
  type Shape,
  sum,
  type Tensor,
  type TensorOf,
} from '@vae/tensor'
import { agreeing, type Differ } from './agreement.ts'

/** A batch of B examples of shape S each; images are bytes (`u8`) until they are used, other data is `f32`. */
export interface Batch<B extends number, S extends Shape, D extends 'u8' | 'f32' = 'u8'> {
  readonly examples: TensorOf<[B, ...S], D>
  /** The weight of each example: 1, or 0 for padding. */
  readonly weights: Tensor<[B]>
}

/** Terms of an objective, by name: one number for each example, in nats where they are likelihoods or divergences. */
export type Terms<B extends number> = Readonly<Record<string, Tensor<[B]>>>

/** The state of a model that learns by gradients alone. */
export type NoState = Readonly<Record<never, never>>

/** What an objective returns: what is minimised, what it is made of, and the state for the next step. */
export interface Evaluation<B extends number, State, T extends Terms<B>> {
  readonly loss: Tensor<[]>
  readonly terms: T
  readonly state: State
}

/** The one contract for every model. `State` is empty for models that learn by gradients alone. */
export type Objective<Params, State, Data, B extends number, T extends Terms<B>> = (
  params: Params,
  state: State,
  batch: Data,
  key: Key,
) => Evaluation<B, State, T>

/** Weights of B examples, or a message. */
export type GuardWeights<Moment, B extends number, C extends number> =
  Same<Moment, B, C> extends true
    ? Tensor<[C]>
    : Differ<Moment, 'weightedMean', 'examples and weights', [B], [C], B, C>

/**
 * Σ wᵢ xᵢ / Σ wᵢ: the mean over the examples that count. NaN when none does.
 *
 * ```ts
 * weightedMean(tensor([3], [1, 2, 30]), tensor([3], [1, 1, 0])) // → 1.5
 * ```
 *
 * Another number of weights than of examples does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * weightedMean(zeros([128]), zeros([1]))
 * // error: weightedMean: examples and weights differ: [128] and [1] (128 ≠ 1)
 * ```
 */
export const weightedMean = <B extends number, C extends number, Moment = Now>(
  x: Tensor<[B]>,
  weights: GuardWeights<Moment, B, C>,
): Tensor<[]> => {
  const factors = agreeing('weightedMean', 'examples and weights', x, weights)
  return div(sum(mul(x, factors), [0]), sum(factors, [0]))
}
