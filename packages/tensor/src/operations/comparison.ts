import type { Direction } from '../primitives/primitive.ts'
import type { BroadcastResult, GuardBroadcast } from '../shape/broadcast.ts'
import { checkBroadcastTo, type GuardBroadcastTo } from '../shape/broadcast-to.ts'
import type { Shape } from '../shape/dim.ts'
import type { AnyTensor, Tensor, TensorOf } from '../tensor.ts'
import { apply, broadcast, scalar } from './apply.ts'
import { broadcastOperands } from './elementwise.ts'

/**
 * A comparison of two tensors (or numbers), element by element with broadcasting; the result holds 0 and 1.
 */
export type Comparison<Name extends string> = <A extends Shape = [], B extends Shape = []>(
  a: Tensor<A> | number,
  b: GuardBroadcast<A, B, Name, Tensor<B> | number>,
) => BroadcastResult<A, B, Name, 'bool'>

const comparison =
  <Name extends string>(name: Name, direction: Direction): Comparison<Name> =>
  (a, b) =>
    apply('compare', broadcastOperands(name, a, b as AnyTensor | number), { direction })

/**
 * a < b, as bool.
 *
 * ```ts
 * less(tensor([3], [1, 2, 3]), 2) // → [1, 0, 0]
 * ```
 */
export const less = comparison('less', 'lt')

/**
 * a ≤ b, as bool.
 *
 * ```ts
 * lessEqual(tensor([3], [1, 2, 3]), 2) // → [1, 1, 0]
 * ```
 */
export const lessEqual = comparison('lessEqual', 'le')

/**
 * a = b, as bool.
 *
 * ```ts
 * equal(tensor([3], [1, 2, 3]), 2) // → [0, 1, 0]
 * ```
 */
export const equal = comparison('equal', 'eq')

/**
 * a ≠ b, as bool.
 *
 * ```ts
 * notEqual(tensor([3], [1, 2, 3]), 2) // → [1, 0, 1]
 * ```
 */
export const notEqual = comparison('notEqual', 'ne')

/**
 * a ≥ b, as bool.
 *
 * ```ts
 * greaterEqual(tensor([3], [1, 2, 3]), 2) // → [0, 1, 1]
 * ```
 */
export const greaterEqual = comparison('greaterEqual', 'ge')

/**
 * a > b, as bool.
 *
 * ```ts
 * greater(tensor([3], [1, 2, 3]), 2) // → [0, 0, 1]
 * ```
 */
export const greater = comparison('greater', 'gt')

/**
 * `whenTrue` where the condition holds, else `whenFalse`. Both branches broadcast to the condition's shape.
 * The branch that is not chosen has gradient 0.
 *
 * ```ts
 * const x = tensor([3], [-1, 0, 4])
 * select(greater(x, 0), x, 0.5) // → [0.5, 0.5, 4]
 * ```
 */
export const select = <S extends Shape, A extends Shape = [], B extends Shape = []>(
  condition: TensorOf<S, 'bool'>,
  whenTrue: GuardBroadcastTo<A, S, 'select', Tensor<A> | number>,
  whenFalse: GuardBroadcastTo<B, S, 'select', Tensor<B> | number>,
): Tensor<S> => {
  const branch = (value: AnyTensor | number): AnyTensor => {
    const tensor = typeof value === 'number' ? scalar(value) : value
    checkBroadcastTo('select', tensor.shape, condition.shape)
    return broadcast(tensor, condition.shape)
  }
  return apply('select', [
    condition,
    branch(whenTrue as AnyTensor | number),
    branch(whenFalse as AnyTensor | number),
  ])
}
