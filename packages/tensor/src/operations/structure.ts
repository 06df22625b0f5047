import type { DType } from '../dtype.ts'
import { type Broadcast, broadcastShapes } from '../shape/broadcast.ts'
import { type Shape, sameShape, showShape } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { Guard, Result } from '../shape/guard.ts'
import { type Permute, permutation, type Transpose, transposition } from '../shape/permute.ts'
import { type Reshape, reshapeShape } from '../shape/reshape.ts'
import type { Of, TensorOf } from '../tensor.ts'
import { apply, broadcast } from './apply.ts'

/**
 * The same elements in row-major order under another shape, which may hold one −1.
 *
 * ```ts
 * const images = reshape(x, [x.shape[0], 1, 28, 28]) // Tensor<[B, 784]> → Tensor<[B, 1, 28, 28]>
 * ```
 */
export const reshape = <A extends Shape, const S extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  shape: Guard<Reshape<A, S>, readonly [...S]>,
): Result<Reshape<A, S>, D> => apply('reshape', [x], { shape: reshapeShape(x.shape, shape as Shape) })

/** Result axis i is axis `axes[i]` of x. */
export const permute = <A extends Shape, const L extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  axes: Guard<Permute<A, L>, readonly [...L]>,
): Result<Permute<A, L>, D> => apply('permute', [x], { axes: permutation(x.shape, axes as Shape) })

/** The last two axes exchanged: `[…batch, M, N]` → `[…batch, N, M]`. */
export const transpose = <A extends Shape, D extends DType>(
  x: Guard<Transpose<A>, TensorOf<A, D>>,
): Result<Transpose<A>, D> => {
  const operand = x as TensorOf<A, D>
  return apply('permute', [operand], { axes: transposition(operand.shape) })
}

/** The shape S when A broadcasts to exactly S, else a message. */
export type BroadcastTo<A extends Shape, S extends Shape> = Broadcast<S, A, 'broadcastTo'>

/** x repeated to `shape` by the NumPy rules. */
export const broadcastTo = <A extends Shape, const S extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  shape: Guard<BroadcastTo<A, S>, readonly [...S]>,
): Of<S, D> => {
  const target = shape as Shape
  if (!sameShape(broadcastShapes('broadcastTo', target, x.shape), target))
    throw new ShapeError(`broadcastTo: ${showShape(x.shape)} cannot become ${showShape(target)}`)
  return broadcast(x, target) as Of<S, D>
}

/** A shape of the same rank whose sizes are not known to the compiler. */
export type SameRank<S extends Shape> = { -readonly [Axis in keyof S]: number }

/** Along each axis the elements start, start + stride, … below limit. The stride is 1 unless given. */
export const slice = <A extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  start: SameRank<A>,
  limit: SameRank<A>,
  stride: SameRank<A> = start.map(() => 1) as SameRank<A>,
): Of<SameRank<A>, D> => apply('slice', [x], { start, limit, stride })

/** Zeros before (`low`) and after (`high`) along each axis; negative counts crop. */
export const pad = <A extends Shape, D extends DType>(
  x: TensorOf<A, D>,
  low: SameRank<A>,
  high: SameRank<A>,
): Of<SameRank<A>, D> => apply('pad', [x], { low, high, interior: low.map(() => 0) })
