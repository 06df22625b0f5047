import type { DType } from '../dtype.ts'
import { checkBroadcastTo, type GuardBroadcastTo } from '../shape/broadcast-to.ts'
import type { Shape } from '../shape/dim.ts'
import type { Guard, Result } from '../shape/guard.ts'
import { type Permute, permutation, type Transpose, transposition } from '../shape/permute.ts'
import { type Reshape, reshapeShape } from '../shape/reshape.ts'
import type { Of, TensorOf } from '../tensor.ts'
import { apply, broadcast } from './apply.ts'

/**
 * The same elements in row-major order under another shape, which may hold one −1. Another number of elements
 * does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * const images = reshape(x, [x.shape[0], 1, 28, 28]) // Tensor<[128, 784]> → Tensor<[128, 1, 28, 28]>
 * ```
 */
export const reshape = <A extends Shape, const S extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  shape: Guard<Reshape<A, S>, readonly [...S]>,
): Result<Reshape<A, S>, D> => apply('reshape', [x], { shape: reshapeShape(x.shape, shape as Shape) })

/**
 * Result axis i is axis `axes[i]` of x. Throws a `ShapeError` unless every axis is named once.
 *
 * ```ts
 * permute(zeros([8, 3, 28, 28]), [0, 2, 3, 1]) // Tensor<[8, 28, 28, 3]>
 * ```
 */
export const permute = <A extends Shape, const L extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  axes: Guard<Permute<A, L>, readonly [...L]>,
): Result<Permute<A, L>, D> => apply('permute', [x], { axes: permutation(x.shape, axes as Shape) })

/**
 * The last two axes exchanged: `[…batch, M, N]` → `[…batch, N, M]`. Throws a `ShapeError` below rank 2.
 *
 * ```ts
 * transpose(tensor([2, 3], [1, 2, 3, 4, 5, 6])) // → [[1, 4], [2, 5], [3, 6]]
 * ```
 */
export const transpose = <A extends Shape, D extends DType>(
  x: Guard<Transpose<A>, TensorOf<A, D>>,
): Result<Transpose<A>, D> => {
  const operand = x as TensorOf<A, D>
  return apply('permute', [operand], { axes: transposition(operand.shape) })
}

/**
 * x repeated to `shape` by the NumPy rules: axes aligned on the right, 1 repeats. Throws a `ShapeError` where
 * that does not give `shape`.
 *
 * ```ts
 * broadcastTo(tensor([2], [1, 2]), [3, 2]) // → [[1, 2], [1, 2], [1, 2]]
 * ```
 */
export const broadcastTo = <A extends Shape, const S extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  shape: GuardBroadcastTo<A, S, 'broadcastTo', readonly [...S]>,
): Of<S, D> => {
  const target = shape as Shape
  checkBroadcastTo('broadcastTo', x.shape, target)
  return broadcast(x, target) as Of<S, D>
}

/** A shape of the same rank whose sizes are not known to the compiler. */
export type SameRank<S extends Shape> = { -readonly [Axis in keyof S]: number }

/**
 * Along each axis the elements start, start + stride, … below limit. The stride is 1 unless given. Throws a
 * `ShapeError` for ranges outside of x.
 *
 * ```ts
 * slice(tensor([2, 4], [0, 1, 2, 3, 4, 5, 6, 7]), [0, 1], [2, 4], [1, 2]) // → [[1, 3], [5, 7]]
 * ```
 */
export const slice = <A extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  start: SameRank<A>,
  limit: SameRank<A>,
  stride: SameRank<A> = start.map(() => 1) as SameRank<A>,
): Of<SameRank<A>, D> => apply('slice', [x], { start, limit, stride })

/**
 * Zeros before (`low`) and after (`high`) along each axis; negative counts crop.
 *
 * ```ts
 * pad(tensor([3], [1, 2, 3]), [2], [-1]) // → [0, 0, 1, 2]
 * ```
 */
export const pad = <A extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  low: SameRank<A>,
  high: SameRank<A>,
): Of<SameRank<A>, D> => apply('pad', [x], { low, high, interior: low.map(() => 0) })
