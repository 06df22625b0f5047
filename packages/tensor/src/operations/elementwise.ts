import type { DType } from '../dtype.ts'
import type { Primitive } from '../primitives/primitive.ts'
import { type BroadcastResult, broadcastShapes, type GuardBroadcast } from '../shape/broadcast.ts'
import type { Shape } from '../shape/dim.ts'
import {
  checkDType,
  commonDType,
  type DTypeGroup,
  type DTypesDiffer,
  type DTypesOf,
  type GuardDType,
} from '../shape/dtype.ts'
import { ShapeError } from '../shape/error.ts'
import type { When } from '../shape/verdict.ts'
import type { AnyTensor, Of, Operand, Tensor } from '../tensor.ts'
import { apply, broadcast, scalar } from './apply.ts'

/** The second parameter of an operation on two tensors: dtypes are looked at where they are not all f32. */
export type GuardOperands<
  A extends Shape,
  B extends Shape,
  D extends DType,
  E extends DType,
  Name extends string,
  Group extends DTypeGroup,
> = [D | E] extends ['f32' & DTypesOf<Group>]
  ? GuardBroadcast<A, B, Name, Operand<B, E> | number, When<D | E>>
  : DTypesDiffer<Name, Group, D, E> extends infer Message extends string
    ? Message
    : GuardBroadcast<A, B, Name, Operand<B, E> | number, When<D | E>>

/**
 * An operation on two tensors (or numbers) with broadcasting; a mismatch of shapes or dtypes is a sentence in
 * the second argument.
 */
export type BinaryOperation<Name extends string, Group extends DTypeGroup = 'f32, i32 or u32'> = <
  A extends Shape = [],
  B extends Shape = [],
  D extends DType = never,
  E extends DType = never,
>(
  a: Operand<A, D> | number,
  b: GuardOperands<A, B, D, E, Name, Group>,
) => BroadcastResult<A, B, Name, NoInfer<D | E>>

/** An operation on each element of a tensor of floats: the shape stays. */
export type UnaryOperation = <S extends Shape>(x: Tensor<S>) => Tensor<S>

/** A `UnaryOperation` that refuses dtypes outside of its group in a sentence. */
export type NamedUnaryOperation<Name extends string, Group extends DTypeGroup = 'f32'> = <
  S extends Shape,
  D extends DType = 'f32',
>(
  x: GuardDType<Name, Group, D, Operand<S, D>>,
) => Of<S, D>

/** The dtype that two operands share; a number takes that of the other. */
export const dtypeOfBoth = (
  name: string,
  group: DTypeGroup,
  a: AnyTensor | number,
  b: AnyTensor | number,
): DType => {
  const [left, right] = [a, b].map((x) => (typeof x === 'number' ? null : x.dtype))
  return commonDType(name, group, left!, right!)
}

/** A number as a scalar of dtype `dtype`, which must be able to hold it; a tensor as it is. */
export const asTensor = (name: string, x: AnyTensor | number, dtype: DType): AnyTensor => {
  if (typeof x !== 'number') return x
  if (dtype !== 'f32' && !Number.isInteger(x)) throw new ShapeError(`${name}: ${x} is no ${dtype}`)
  return scalar(x, dtype)
}

/** Both operands in one dtype of the group, broadcast to their common shape. */
export const broadcastOperands = (
  name: string,
  group: DTypeGroup,
  a: AnyTensor | number,
  b: AnyTensor | number,
): [AnyTensor, AnyTensor] => {
  const dtype = dtypeOfBoth(name, group, a, b)
  const left = asTensor(name, a, dtype)
  const right = asTensor(name, b, dtype)
  const shape = broadcastShapes(name, left.shape, right.shape)
  return [broadcast(left, shape), broadcast(right, shape)]
}

/** A binary operation under its name, for the dtypes of a group. */
export const binaryOf =
  <Name extends string, Group extends DTypeGroup>(
    name: Name,
    group: Group,
    primitive: Primitive,
  ): BinaryOperation<Name, Group> =>
  (a, b) =>
    apply(primitive, broadcastOperands(name, group, a as AnyTensor | number, b as AnyTensor | number))

const binary = <Name extends string>(name: Name, primitive: Primitive) =>
  binaryOf(name, 'f32, i32 or u32', primitive)

const unaryOf =
  <Name extends Primitive, Group extends DTypeGroup>(
    name: Name,
    group: Group,
  ): NamedUnaryOperation<Name, Group> =>
  (x) => {
    const operand = x as AnyTensor
    checkDType(name, group, operand.dtype)
    return apply(name, [operand])
  }

const unary = <Name extends Primitive>(name: Name) => unaryOf(name, 'f32')

/**
 * a + b. Either may be a number; shapes broadcast by the NumPy rules, here and in all operations on two
 * tensors.
 *
 * ```ts
 * add(tensor([2, 2], [1, 2, 3, 4]), tensor([2], [10, 20])) // → [[11, 22], [13, 24]]
 * ```
 *
 * Shapes that do not broadcast do not compile; those that only the run knows throw the same sentence as a
 * `ShapeError`.
 *
 * ```ts
 * add(x, zeros([128, 400]))
 * // error: add: shapes do not broadcast: [128, 784] and [128, 400] (784 ≠ 400)
 * ```
 */
export const add = binary('add', 'add')

/**
 * a − b, with broadcasting.
 *
 * ```ts
 * sub(1, tensor([2], [0.25, 4])) // → [0.75, -3]
 * ```
 */
export const sub = binary('sub', 'sub')

/**
 * a · b, element by element with broadcasting.
 *
 * ```ts
 * mul(tensor([2], [3, 4]), 0.5) // → [1.5, 2]
 * ```
 */
export const mul = binary('mul', 'mul')

/**
 * a / b, with broadcasting; division by zero gives an infinity or NaN.
 *
 * ```ts
 * div(1, tensor([2], [4, 0])) // → [0.25, Infinity]
 * ```
 */
export const div = binary('div', 'div')

/**
 * a^b; NaN for a negative a and a b that is not whole.
 *
 * ```ts
 * pow(tensor([2], [2, 9]), tensor([2], [3, 0.5])) // → [8, 3]
 * ```
 */
export const pow = binaryOf('pow', 'f32', 'pow')

/**
 * The larger of a and b; NaN if either is. The gradient of a tie is shared equally.
 *
 * ```ts
 * maximum(tensor([2], [-1, 2]), 0) // → [0, 2]
 * ```
 */
export const maximum = binary('maximum', 'max')

/**
 * The smaller of a and b; NaN if either is. The gradient of a tie is shared equally.
 *
 * ```ts
 * minimum(tensor([2], [-1, 2]), 0) // → [-1, 0]
 * ```
 */
export const minimum = binary('minimum', 'min')

/**
 * −x.
 *
 * ```ts
 * neg(tensor([2], [1, -2])) // → [-1, 2]
 * ```
 */
export const neg = unaryOf('neg', 'f32 or i32')

/**
 * |x|; its gradient at 0 is 0.
 *
 * ```ts
 * abs(tensor([2], [1, -2])) // → [1, 2]
 * ```
 */
export const abs = unaryOf('abs', 'f32 or i32')

/**
 * −1, 0 or 1; its gradient is 0.
 *
 * ```ts
 * sign(tensor([3], [-0.5, 0, 3])) // → [-1, 0, 1]
 * ```
 */
export const sign = unaryOf('sign', 'f32 or i32')

/**
 * e^x.
 *
 * ```ts
 * exp(tensor([2], [0, 1])) // → [1, 2.718]
 * ```
 */
export const exp = unary('exp')

/**
 * The natural logarithm; NaN below 0, −∞ at 0.
 *
 * ```ts
 * log(tensor([2], [1, 10])) // → [0, 2.303]
 * ```
 */
export const log = unary('log')

/**
 * log(1 + x), accurate near 0.
 *
 * ```ts
 * log1p(tensor([2], [1e-8, 1])) // → [1e-8, 0.6931]
 * ```
 */
export const log1p = unary('log1p')

/**
 * √x; NaN below 0.
 *
 * ```ts
 * sqrt(tensor([2], [4, 2])) // → [2, 1.414]
 * ```
 */
export const sqrt = unary('sqrt')

/**
 * e^x − 1, accurate near 0.
 *
 * ```ts
 * expm1(tensor([2], [1e-8, 1])) // → [1e-8, 1.718]
 * ```
 */
export const expm1 = unary('expm1')

/**
 * The largest whole number not above x; its gradient is 0.
 *
 * ```ts
 * floor(tensor([2], [1.5, -1.5])) // → [1, -2]
 * ```
 */
export const floor = unary('floor')

/**
 * The sine of an angle in radians.
 *
 * ```ts
 * sin(tensor([2], [0, 1])) // → [0, 0.8415]
 * ```
 */
export const sin = unary('sin')

/**
 * The cosine of an angle in radians.
 *
 * ```ts
 * cos(tensor([2], [0, 1])) // → [1, 0.5403]
 * ```
 */
export const cos = unary('cos')

/**
 * The error function 2/√π · ∫₀ˣ e^−t² dt.
 *
 * ```ts
 * erf(tensor([2], [0, 1])) // → [0, 0.8427]
 * ```
 */
export const erf = unary('erf')

/**
 * The hyperbolic tangent.
 *
 * ```ts
 * tanh(tensor([2], [0, 1])) // → [0, 0.7616]
 * ```
 */
export const tanh = unary('tanh')

/**
 * The logistic function 1 / (1 + e^−x): from a logit to a probability.
 *
 * ```ts
 * sigmoid(tensor([2], [0, 1])) // → [0.5, 0.7311]
 * ```
 */
export const sigmoid = unary('sigmoid')

/**
 * x, taken as a constant by every gradient.
 *
 * ```ts
 * grad((x: Tensor<[]>) => mul(stopGradient(x), x))(tensor([], [3])) // → 3
 * ```
 */
export const stopGradient = unary('stopGradient')

/**
 * x².
 *
 * ```ts
 * square(tensor([2], [3, -4])) // → [9, 16]
 * ```
 */
export const square: NamedUnaryOperation<'square'> = (x) => {
  const operand = x as AnyTensor
  checkDType('square', 'f32', operand.dtype)
  return apply('mul', [operand, operand])
}
