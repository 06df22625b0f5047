import type { DType } from '../dtype.ts'
import { resolveAxes } from '../shape/axis.ts'
import {
  checkBroadcastTo,
  checkSizes,
  type GuardBroadcastTo,
  type GuardSizes,
} from '../shape/broadcast-to.ts'
import type { Shape } from '../shape/dim.ts'
import type { Guard, Result } from '../shape/guard.ts'
import { type Permute, permutation, type Transpose, transposition } from '../shape/permute.ts'
import { type Reshape, reshapeShape } from '../shape/reshape.ts'
import { type ExpandDims, newAxis, type Squeeze, type SwapAxes, squeezeShape } from '../shape/structure.ts'
import type { When } from '../shape/verdict.ts'
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
  shape: GuardSizes<S, 'broadcastTo', GuardBroadcastTo<A, S, 'broadcastTo', readonly [...S], When<D>>>,
): Of<S, D> => {
  const target = shape as Shape
  checkSizes('broadcastTo', target)
  checkBroadcastTo('broadcastTo', x.shape, target)
  return broadcast(x, target) as Of<S, D>
}

/**
 * x without the axes `axes`, which must have size 1.
 *
 * ```ts
 * squeeze(zeros([128, 1, 28, 1]), [1, -1]) // Tensor<[128, 28]>
 * ```
 */
export const squeeze = <S extends Shape, const L extends Shape, D extends DType>(
  x: TensorOf<S, D>,
  axes: Guard<Squeeze<S, L>, readonly [...L]>,
): Result<Squeeze<S, L>, D> => apply('reshape', [x], { shape: squeezeShape(x.shape, axes as Shape) })

/**
 * x with a new axis of size 1, which is axis `axis` of the result.
 *
 * ```ts
 * expandDims(zeros([128, 784]), -1) // Tensor<[128, 784, 1]>
 * ```
 */
export const expandDims = <S extends Shape, A extends number, D extends DType>(
  x: TensorOf<S, D>,
  axis: Guard<ExpandDims<S, A>, A>,
): Result<ExpandDims<S, A>, D> => {
  const index = newAxis('expandDims', x.shape, axis as number)
  return apply('reshape', [x], { shape: [...x.shape.slice(0, index), 1, ...x.shape.slice(index)] })
}

/**
 * x with two axes exchanged.
 *
 * ```ts
 * swapAxes(zeros([8, 3, 28, 28]), 1, -1) // Tensor<[8, 28, 28, 3]>
 * ```
 */
export const swapAxes = <S extends Shape, A extends number, B extends number, D extends DType>(
  x: TensorOf<S, D>,
  first: A,
  second: Guard<SwapAxes<S, A, B>, B>,
): Result<SwapAxes<S, A, B>, D> => {
  const [i] = resolveAxes('swapAxes', x.shape, [first]) as [number]
  const [j] = resolveAxes('swapAxes', x.shape, [second as number]) as [number]
  const axes = x.shape.map((_, axis) => (axis === i ? j : axis === j ? i : axis))
  return apply('permute', [x], { axes })
}
