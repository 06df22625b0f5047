import type { DType } from '../dtype.ts'
import type { Direction } from '../primitives/primitive.ts'
import type { BroadcastResult } from '../shape/broadcast.ts'
import { checkBroadcastTo, type GuardBroadcastTo } from '../shape/broadcast-to.ts'
import type { Shape } from '../shape/dim.ts'
import { anyDType, checkDType, type DTypesDiffer, type GuardDType } from '../shape/dtype.ts'
import type { When } from '../shape/verdict.ts'
import type { AnyTensor, Of, Operand, TensorOf } from '../tensor.ts'
import { apply, broadcast } from './apply.ts'
import {
  asTensor,
  type BinaryOperation,
  binaryOf,
  broadcastOperands,
  dtypeOfBoth,
  type GuardOperands,
  type NamedUnaryOperation,
} from './elementwise.ts'

/**
 * A comparison of two tensors (or numbers), element by element with broadcasting; the result holds 0 and 1.
 */
export type Comparison<Name extends string> = <
  A extends Shape = [],
  B extends Shape = [],
  D extends DType = never,
  E extends DType = never,
>(
  a: Operand<A, D> | number,
  b: GuardOperands<A, B, D, E, Name, 'f32, i32 or u32'>,
) => BroadcastResult<A, B, Name, 'bool', When<D | E>>

const comparison =
  <Name extends string>(name: Name, direction: Direction): Comparison<Name> =>
  (a, b) =>
    apply(
      'compare',
      broadcastOperands(name, 'f32, i32 or u32', a as AnyTensor | number, b as AnyTensor | number),
      { direction },
    )

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
export const select = <
  S extends Shape,
  C extends DType,
  A extends Shape = [],
  B extends Shape = [],
  D extends DType = never,
  E extends DType = never,
>(
  condition: GuardDType<'select', 'bool', C, TensorOf<S, C>>,
  whenTrue: GuardBroadcastTo<A, S, 'select', Operand<A, D> | number, When<C>>,
  whenFalse: GuardBranch<B, S, D, E, When<C>>,
): Of<S, NoInfer<D | E>> => {
  const mask = condition as AnyTensor
  checkDType('select', 'bool', mask.dtype)
  const branches = [whenTrue as AnyTensor | number, whenFalse as AnyTensor | number]
  for (const value of branches)
    if (typeof value !== 'number') checkBroadcastTo('select', value.shape, mask.shape)
  const dtype = dtypeOfBoth('select', anyDType, branches[0]!, branches[1]!)
  return apply('select', [
    mask,
    ...branches.map((value) => broadcast(asTensor('select', value, dtype), mask.shape)),
  ])
}

/** The second branch of `select`: of the first one's dtype, and of a shape that broadcasts to the condition's. */
export type GuardBranch<B extends Shape, S extends Shape, D extends DType, E extends DType, Moment> = [
  D | E,
] extends ['f32']
  ? GuardBroadcastTo<B, S, 'select', Operand<B, E> | number, Moment>
  : DTypesDiffer<'select', typeof anyDType, D, E> extends infer Message extends string
    ? Message
    : GuardBroadcastTo<B, S, 'select', Operand<B, E> | number, Moment>

/** An operation on two bool tensors with broadcasting. */
const logical = <Name extends string>(name: Name, primitive: 'and' | 'or'): BinaryOperation<Name, 'bool'> =>
  binaryOf(name, 'bool', primitive)

/**
 * Whether both hold, element by element with broadcasting.
 *
 * ```ts
 * const x = tensor([4], [-2, -1, 1, 2])
 * logicalAnd(greater(x, -2), less(x, 2)) // → [0, 1, 1, 0]
 * ```
 *
 * Takes bool only: compare first.
 *
 * ```ts
 * logicalAnd(x, greater(x, 0))
 * // error: logicalAnd: expected bool, got f32
 * ```
 */
export const logicalAnd = logical('logicalAnd', 'and')

/**
 * Whether at least one holds, element by element with broadcasting.
 *
 * ```ts
 * const x = tensor([4], [-2, -1, 1, 2])
 * logicalOr(less(x, -1), greater(x, 1)) // → [1, 0, 0, 1]
 * ```
 */
export const logicalOr = logical('logicalOr', 'or')

/**
 * Whether it does not hold, element by element.
 *
 * ```ts
 * logicalNot(less(tensor([3], [1, 2, 3]), 2)) // → [0, 1, 1]
 * ```
 */
export const logicalNot: NamedUnaryOperation<'logicalNot', 'bool'> = (x) => {
  const operand = x as AnyTensor
  checkDType('logicalNot', 'bool', operand.dtype)
  return apply('not', [operand])
}
