import type { Primitive } from '../primitives/primitive.ts'
import { type BroadcastResult, broadcastShapes, type GuardBroadcast } from '../shape/broadcast.ts'
import type { Shape } from '../shape/dim.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { apply, broadcast, scalar } from './apply.ts'

/** An operation on two tensors (or numbers) with broadcasting; a mismatch is a sentence in the second argument. */
export type BinaryOperation<Name extends string> = <A extends Shape = [], B extends Shape = []>(
  a: Tensor<A> | number,
  b: GuardBroadcast<A, B, Name, Tensor<B> | number>,
) => BroadcastResult<A, B, Name>

/** An operation on each element: the shape stays. */
export type UnaryOperation = <S extends Shape>(x: Tensor<S>) => Tensor<S>

/** Both operands broadcast to their common shape. */
export const broadcastOperands = (
  name: string,
  a: AnyTensor | number,
  b: AnyTensor | number,
): [AnyTensor, AnyTensor] => {
  const left = typeof a === 'number' ? scalar(a) : a
  const right = typeof b === 'number' ? scalar(b) : b
  const shape = broadcastShapes(name, left.shape, right.shape)
  return [broadcast(left, shape), broadcast(right, shape)]
}

const binary =
  <Name extends string>(name: Name, primitive: Primitive): BinaryOperation<Name> =>
  (a, b) =>
    apply(primitive, broadcastOperands(name, a, b as AnyTensor | number))

const unary =
  (primitive: Primitive): UnaryOperation =>
  (x) =>
    apply(primitive, [x])

/** a + b. */
export const add = binary('add', 'add')
/** a − b. */
export const sub = binary('sub', 'sub')
/** a · b, element by element. */
export const mul = binary('mul', 'mul')
/** a / b. */
export const div = binary('div', 'div')
/** The larger of a and b; NaN if either is. The gradient of a tie is shared equally. */
export const maximum = binary('maximum', 'max')
/** The smaller of a and b; NaN if either is. The gradient of a tie is shared equally. */
export const minimum = binary('minimum', 'min')

/** −x. */
export const neg = unary('neg')
/** |x|; its gradient at 0 is 0. */
export const abs = unary('abs')
/** −1, 0 or 1; its gradient is 0. */
export const sign = unary('sign')
/** e^x. */
export const exp = unary('exp')
/** The natural logarithm. */
export const log = unary('log')
/** log(1 + x), accurate near 0. */
export const log1p = unary('log1p')
/** √x. */
export const sqrt = unary('sqrt')
/** The hyperbolic tangent. */
export const tanh = unary('tanh')
/** The logistic function 1 / (1 + e^−x). */
export const sigmoid = unary('sigmoid')
/** x, taken as a constant by every gradient. */
export const stopGradient = unary('stopGradient')

/** x². */
export const square: UnaryOperation = (x) => apply('mul', [x, x])
