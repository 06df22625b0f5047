import type { DType } from '../dtype.ts'
import { resolveAxes } from '../shape/axis.ts'
import type { SizeVerdict } from '../shape/broadcast-to.ts'
import type { Shape } from '../shape/dim.ts'
import { anyDType, checkDType, commonDType, type GuardDType, type RefusedDType } from '../shape/dtype.ts'
import {
  alongAxis,
  checkDepth,
  type Gather,
  gatherShape,
  type ScatterAdd,
  scatterAxis,
  type TakeAlong,
} from '../shape/gather.ts'
import type { Guard, Result } from '../shape/guard.ts'
import type { Is, Now } from '../shape/verdict.ts'
import type { AnyTensor, Of, Tensor, TensorOf } from '../tensor.ts'
import { apply, broadcast } from './apply.ts'

/** A tensor of i32 indices, or what is wrong with it. */
export type GuardIndices<Operation extends string, I extends Shape, D extends DType> = GuardDType<
  `${Operation} at indices`,
  'i32',
  D,
  TensorOf<I, D>
>

const checkIndices = (operation: string, indices: unknown): AnyTensor => {
  const tensor = indices as AnyTensor
  checkDType(`${operation} at indices`, 'i32', tensor.dtype)
  return tensor
}

/**
 * The elements of x at the given indices along an axis: `[…before, N, …after]` at indices `[…I]` gives
 * `[…before, …I, …after]`. An index outside of 0 … N − 1 gives 0.
 *
 * ```ts
 * gather(tensor([2, 3], [1, 2, 3, 4, 5, 6]), tensor([2], [2, 0], 'i32'), 1) // → [[3, 1], [6, 4]]
 * ```
 *
 * ```ts
 * gather(x, zeros([2]), 0)
 * // error: gather at indices: expected i32, got f32
 * ```
 */
export const gather = <S extends Shape, D extends DType, I extends Shape, E extends DType, A extends number>(
  x: TensorOf<S, D>,
  indices: GuardIndices<'gather', I, E>,
  axis: Guard<Gather<S, I, A, 'gather'>, A>,
): Result<Gather<S, I, A, 'gather'>, D> => {
  const index = checkIndices('gather', indices)
  gatherShape('gather', x.shape, index.shape, axis as number)
  const [resolved] = resolveAxes('gather', x.shape, [axis as number]) as [number]
  return apply('gather', [x, index], { axis: resolved, batchDims: 0 })
}

/**
 * The row of a table for each index: `[V, D]` at `[…S]` gives `[…S, D]`.
 *
 * ```ts
 * const tokens = full([8, 10], 3, 'i32')
 * embed(zeros([1000, 64]), tokens) // Tensor<[8, 10, 64]>
 * ```
 */
export const embed = <V extends number, F extends number, S extends Shape, E extends DType>(
  table: Tensor<[V, F]>,
  indices: GuardIndices<'embed', S, E>,
): Tensor<[...S, F]> => {
  const index = checkIndices('embed', indices)
  return apply('gather', [table, index], { axis: 0, batchDims: 0 })
}

/**
 * The elements of x at the indices along an axis, which stand where the elements go: result `[i, j]` is
 * `x[i, indices[i, j]]` for axis 1. Outside of the axis both shapes are the same.
 *
 * ```ts
 * takeAlong(tensor([2, 3], [1, 2, 3, 4, 5, 6]), tensor([2, 1], [2, 0], 'i32'), 1) // → [[3], [4]]
 * ```
 */
export const takeAlong = <
  S extends Shape,
  D extends DType,
  I extends Shape,
  E extends DType,
  A extends number,
>(
  x: TensorOf<S, D>,
  indices: GuardIndices<'takeAlong', I, E>,
  axis: Guard<TakeAlong<S, I, A>, A>,
): Result<TakeAlong<S, I, A>, D> => {
  const index = checkIndices('takeAlong', indices)
  return takeAlongAxis(x, index, alongAxis(x.shape, index.shape, axis as number)) as Result<
    TakeAlong<S, I, A>,
    D
  >
}

/** `takeAlong` for an axis that counts from the front. */
export const takeAlongAxis = (x: AnyTensor, indices: AnyTensor, axis: number): AnyTensor => {
  // The axis goes to the end, so that all others are batch axes.
  const last = x.shape.length - 1
  const axes = [...x.shape.keys()].filter((other) => other !== axis).concat(axis)
  const moved = (operand: AnyTensor): AnyTensor =>
    axis === last ? operand : apply('permute', [operand], { axes })
  const taken = apply<AnyTensor>('gather', [moved(x), moved(indices)], { axis: last, batchDims: last })
  const back = axes.map((_, place) => axes.indexOf(place))
  return axis === last ? taken : apply('permute', [taken], { axes: back })
}

/**
 * x with every update added where `gather` would have read it; repeated indices add up, those outside are left
 * out.
 *
 * ```ts
 * scatterAdd(zeros([3]), tensor([3], [0, 2, 0], 'i32'), tensor([3], [1, 2, 3]), 0) // → [4, 0, 2]
 * ```
 *
 * ```ts
 * scatterAdd(zeros([3]), full([3], 0, 'i32'), zeros([2]), 0)
 * // error: scatterAdd: updates must be [3], they are [2]
 * ```
 */
export const scatterAdd = <
  S extends Shape,
  D extends DType,
  I extends Shape,
  E extends DType,
  U extends Shape,
  F extends DType,
  A extends number,
>(
  x: TensorOf<S, D>,
  indices: GuardIndices<'scatterAdd', I, E>,
  updates: Guard<
    [F] extends [D] ? ScatterAdd<S, I, U, A> : RefusedDType<'scatterAdd at updates', D, F>,
    TensorOf<U, F>
  >,
  axis: A,
): Of<S, D> => {
  const index = checkIndices('scatterAdd', indices)
  const added = updates as TensorOf<U, F>
  commonDType('scatterAdd at updates', anyDType, x.dtype, added.dtype)
  const resolved = scatterAxis(x.shape, index.shape, added.shape, axis)
  return apply('scatterAdd', [x, index, added], { axis: resolved, batchDims: 0 })
}

/** The depth of `oneHot`, or a message where it is known to be negative or a fraction. */
export type GuardDepth<Moment, Depth extends number> =
  Is<Moment, SizeVerdict<Depth>, 'no'> extends true
    ? `oneHot: the depth must be a whole number of 0 or more, got ${Depth}`
    : Depth

/**
 * 1 at each index along a new last axis of size `depth`, else 0; an index outside of it gives zeros.
 *
 * ```ts
 * oneHot(tensor([2], [2, 0], 'i32'), 3) // → [[0, 0, 1], [1, 0, 0]]
 * ```
 *
 * A negative depth or a fraction does not compile, or throws a `ShapeError`.
 */
export const oneHot = <S extends Shape, E extends DType, Depth extends number, Moment = Now>(
  indices: GuardIndices<'oneHot', S, E>,
  depth: GuardDepth<Moment, Depth>,
): Tensor<[...S, Depth]> => {
  const index = checkIndices('oneHot', indices)
  const size = checkDepth(depth as number)
  const shape = [...index.shape, size]
  const column = apply<AnyTensor>('reshape', [index], { shape: [...index.shape, 1] })
  const counted = apply<AnyTensor>('iota', [], { shape, axis: index.shape.length, dtype: 'i32' })
  const hits = apply<AnyTensor>('compare', [broadcast(column, shape), counted], { direction: 'eq' })
  return apply('cast', [hits], { dtype: 'f32' })
}
