import type { Direction } from '../primitives/primitive.ts'
import { type BroadcastResult, broadcastShapes, type GuardBroadcast } from '../shape/broadcast.ts'
import type { Shape } from '../shape/dim.ts'
import type { AnyTensor, Tensor, TensorOf } from '../tensor.ts'
import { apply, broadcast, scalar } from './apply.ts'
import { broadcastOperands } from './elementwise.ts'

/** A comparison of two tensors (or numbers) with broadcasting. */
export type Comparison<Name extends string> = <A extends Shape = [], B extends Shape = []>(
  a: Tensor<A> | number,
  b: GuardBroadcast<A, B, Name, Tensor<B> | number>,
) => BroadcastResult<A, B, Name, 'bool'>

const comparison =
  <Name extends string>(name: Name, direction: Direction): Comparison<Name> =>
  (a, b) =>
    apply('compare', broadcastOperands(name, a, b as AnyTensor | number), { direction })

/** a < b. */
export const less = comparison('less', 'lt')
/** a ≤ b. */
export const lessEqual = comparison('lessEqual', 'le')
/** a = b. */
export const equal = comparison('equal', 'eq')
/** a ≠ b. */
export const notEqual = comparison('notEqual', 'ne')
/** a ≥ b. */
export const greaterEqual = comparison('greaterEqual', 'ge')
/** a > b. */
export const greater = comparison('greater', 'gt')

/**
 * `whenTrue` where the condition holds, else `whenFalse`. Both branches broadcast to the condition's shape.
 * The branch that is not chosen has gradient 0.
 */
export const select = <S extends Shape, A extends Shape = [], B extends Shape = []>(
  condition: TensorOf<S, 'bool'>,
  whenTrue: GuardBroadcast<S, A, 'select', Tensor<A> | number>,
  whenFalse: GuardBroadcast<S, B, 'select', Tensor<B> | number>,
): Tensor<S> => {
  const branch = (value: AnyTensor | number): AnyTensor => {
    const tensor = typeof value === 'number' ? scalar(value) : value
    const shape = broadcastShapes('select', condition.shape, tensor.shape)
    return broadcast(tensor, shape)
  }
  return apply('select', [
    condition,
    branch(whenTrue as AnyTensor | number),
    branch(whenFalse as AnyTensor | number),
  ])
}
