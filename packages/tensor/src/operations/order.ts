import type { DType } from '../dtype.ts'
import { resolveAxes } from '../shape/axis.ts'
import type { Shape } from '../shape/dim.ts'
import { checkDType, type GuardDType } from '../shape/dtype.ts'
import type { Guard, Result } from '../shape/guard.ts'
import { type HasAxes, type HasAxis, type TopK, topKAxis } from '../shape/order.ts'
import type { Reduce } from '../shape/reduce.ts'
import type { AnyTensor, Of, Operand, Tensor, TensorOf } from '../tensor.ts'
import { apply } from './apply.ts'
import { div, exp, log, sub } from './elementwise.ts'
import { takeAlongAxis } from './gather.ts'
import { type KeepDims, shiftOf, sum } from './reduction.ts'

/** The dtypes that have an order. */
const ordered = 'f32, i32, u32 or u8'

const axisOf = (name: string, x: AnyTensor, axis: number): number => resolveAxes(name, x.shape, [axis])[0]!

/** The index of an element along one axis, which is dropped, or kept with size 1. */
export type ArgReduction<Name extends string> = <
  S extends Shape,
  D extends DType,
  A extends number,
  Keep extends boolean = false,
>(
  x: GuardDType<Name, typeof ordered, D, Operand<S, D>>,
  axis: Guard<Reduce<S, [A], Keep, Name>, A>,
  options?: KeepDims<Keep>,
) => Result<Reduce<S, [A], Keep, Name>, 'i32'>

const argReduction =
  <Name extends 'argmax' | 'argmin'>(name: Name): ArgReduction<Name> =>
  (x, axis, options) => {
    const operand = x as AnyTensor
    checkDType(name, ordered, operand.dtype)
    const resolved = axisOf(name, operand, axis as number)
    const found = apply<AnyTensor>(name, [operand], { axis: resolved })
    const kept = operand.shape.map((dim, index) => (index === resolved ? 1 : dim))
    return (options?.keepDims ? apply<AnyTensor>('reshape', [found], { shape: kept }) : found) as never
  }

/**
 * The index of the first largest element along an axis; NaN counts as largest.
 *
 * ```ts
 * argmax(tensor([2, 3], [1, 5, 2, 7, 0, 7]), 1) // → [1, 0]
 * argmax(x, -1) // TensorOf<[128], 'i32'>
 * ```
 */
export const argmax = argReduction('argmax')

/**
 * The index of the first smallest element along an axis; NaN counts as smallest.
 *
 * ```ts
 * argmin(tensor([2, 3], [1, 5, 2, 7, 0, 7]), 1) // → [0, 1]
 * ```
 */
export const argmin = argReduction('argmin')

/**
 * Running sums along an axis, from its end with `reverse`.
 *
 * ```ts
 * cumsum(tensor([3], [1, 2, 3]), 0) // → [1, 3, 6]
 * cumsum(tensor([3], [1, 2, 3]), 0, { reverse: true }) // → [6, 5, 3]
 * ```
 */
export const cumsum = <S extends Shape, D extends DType, A extends number>(
  x: GuardDType<'cumsum', 'f32, i32 or u32', D, Operand<S, D>>,
  axis: Guard<HasAxis<S, A, 'cumsum'>, A>,
  { reverse = false }: { readonly reverse?: boolean } = {},
): Of<S, D> => {
  const operand = x as AnyTensor
  checkDType('cumsum', 'f32, i32 or u32', operand.dtype)
  return apply('cumsum', [operand], { axis: axisOf('cumsum', operand, axis as number), reverse })
}

/** Whether the largest elements come first. */
export interface Descending {
  readonly descending?: boolean
}

const order = (x: AnyTensor, axis: number, descending: boolean): AnyTensor =>
  apply('argsort', [x], { axis, descending })

/**
 * The indices that sort x along an axis. Equal elements keep their order; NaN comes last, or first when
 * descending.
 *
 * ```ts
 * argsort(tensor([3], [3, 1, 2]), 0) // → [1, 2, 0]
 * ```
 */
export const argsort = <S extends Shape, D extends DType, A extends number>(
  x: GuardDType<'argsort', typeof ordered, D, Operand<S, D>>,
  axis: Guard<HasAxis<S, A, 'argsort'>, A>,
  { descending = false }: Descending = {},
): TensorOf<S, 'i32'> => {
  const operand = x as AnyTensor
  checkDType('argsort', ordered, operand.dtype)
  return order(operand, axisOf('argsort', operand, axis as number), descending) as TensorOf<S, 'i32'>
}

/**
 * x with its elements in order along an axis. NaN comes last, or first when descending.
 *
 * ```ts
 * sort(tensor([3], [3, 1, 2]), 0, { descending: true }) // → [3, 2, 1]
 * ```
 */
export const sort = <S extends Shape, D extends DType, A extends number>(
  x: GuardDType<'sort', typeof ordered, D, Operand<S, D>>,
  axis: Guard<HasAxis<S, A, 'sort'>, A>,
  { descending = false }: Descending = {},
): Of<S, D> => {
  const operand = x as AnyTensor
  checkDType('sort', ordered, operand.dtype)
  const resolved = axisOf('sort', operand, axis as number)
  return takeAlongAxis(operand, order(operand, resolved, descending), resolved) as Of<S, D>
}

/**
 * The `k` largest elements along an axis, largest first, and their indices.
 *
 * ```ts
 * topK(tensor([4], [3, 1, 4, 2]), 2, 0) // → { values: [4, 3], indices: [2, 0] }
 * ```
 *
 * ```ts
 * topK(x, 1000, 1)
 * // error: topK: 1000 elements exceed the size 784 of axis 1 in [128, 784]
 * ```
 */
export const topK = <S extends Shape, D extends DType, K extends number, A extends number>(
  x: GuardDType<'topK', typeof ordered, D, Operand<S, D>>,
  k: Guard<TopK<S, K, A>, K>,
  axis: A,
): { readonly values: Result<TopK<S, K, A>, D>; readonly indices: Result<TopK<S, K, A>, 'i32'> } => {
  const operand = x as AnyTensor
  checkDType('topK', ordered, operand.dtype)
  const resolved = topKAxis(operand.shape, k as number, axis)
  const indices = apply<AnyTensor>('slice', [order(operand, resolved, true)], {
    start: operand.shape.map(() => 0),
    limit: operand.shape.map((size, index) => (index === resolved ? (k as number) : size)),
    stride: operand.shape.map(() => 1),
  })
  return {
    values: takeAlongAxis(operand, indices, resolved) as Result<TopK<S, K, A>, D>,
    indices: indices as Result<TopK<S, K, A>, 'i32'>,
  }
}

/**
 * x in the opposite order along `axes`.
 *
 * ```ts
 * flip(tensor([2, 2], [1, 2, 3, 4]), [-1]) // → [[2, 1], [4, 3]]
 * ```
 */
export const flip = <S extends Shape, const L extends Shape, D extends DType>(
  x: TensorOf<S, D>,
  axes: Guard<HasAxes<S, L, 'flip'>, readonly [...L]>,
): Of<S, D> => apply('flip', [x], { axes: resolveAxes('flip', x.shape, axes as Shape) })

/** A normalisation of floats along one axis. */
export type AlongAxis<Name extends string> = <S extends Shape, D extends DType, A extends number>(
  x: GuardDType<Name, 'f32', D, Operand<S, D>>,
  axis: Guard<HasAxis<S, A, Name>, A>,
) => Of<S, D>

const alongFloats =
  <Name extends string>(
    name: Name,
    f: (x: Tensor<number[]>, axes: readonly [number]) => Tensor<number[]>,
  ): AlongAxis<Name> =>
  (x, axis) => {
    const operand = x as AnyTensor
    checkDType(name, 'f32', operand.dtype)
    return f(operand as Tensor<number[]>, [axisOf(name, operand, axis as number)]) as never
  }

/**
 * e^x / Σ e^x along an axis, without overflow.
 *
 * ```ts
 * softmax(tensor([3], [0, 1e4, 1e4]), 0) // → [0, 0.5, 0.5]
 * ```
 */
export const softmax = alongFloats('softmax', (x, axes) => {
  const weights = exp(sub(x, shiftOf(x, axes)))
  return div(weights, sum(weights, axes, { keepDims: true }))
})

/**
 * log(e^x / Σ e^x) along an axis, without overflow and exact where the softmax is 0.
 *
 * ```ts
 * logSoftmax(tensor([3], [0, 1e4, 1e4]), 0) // → [-10000, -0.6931, -0.6931]
 * ```
 */
export const logSoftmax = alongFloats('logSoftmax', (x, axes) => {
  const shifted = sub(x, shiftOf(x, axes))
  return sub(shifted, log(sum(exp(shifted), axes, { keepDims: true })))
})
