import type { DType } from '../dtype.ts'
import type { Shape } from '../shape/dim.ts'
import type { Guard, Result } from '../shape/guard.ts'
import {
  checkPixelShuffle,
  checkSpaceToDepth,
  checkUpsample,
  type PixelShuffle,
  type SpaceToDepth,
  type Upsample,
} from '../shape/resample.ts'
import type { AnyTensor, TensorOf } from '../tensor.ts'
import { apply } from './apply.ts'

const reshaped = (x: AnyTensor, shape: readonly number[]): AnyTensor => apply('reshape', [x], { shape })
const permuted = (x: AnyTensor, axes: readonly number[]): AnyTensor => apply('permute', [x], { axes })

/**
 * Each element of `[B, C, …]` repeated `factor` times along every spatial axis.
 *
 * ```ts
 * upsampleNearest(tensor([1, 1, 2], [3, 4]), 2) // → [[[3, 3, 4, 4]]]
 * upsampleNearest(zeros([128, 8, 7, 7]), 2) // Tensor<[128, 8, 14, 14]>
 * ```
 */
export const upsampleNearest = <S extends Shape, D extends DType, F extends number>(
  x: Guard<Upsample<'upsampleNearest', S, F>, TensorOf<S, D>>,
  factor: F,
): Result<Upsample<'upsampleNearest', S, F>, D> => {
  const operand = x as AnyTensor
  checkUpsample('upsampleNearest', operand.shape, factor)
  const [batch, channels, ...sizes] = operand.shape as readonly [number, number, ...number[]]
  const apart = reshaped(operand, [batch, channels, ...sizes.flatMap((size) => [size, 1])])
  const repeated = apply<AnyTensor>('broadcastTo', [apart], {
    shape: [batch, channels, ...sizes.flatMap((size) => [size, factor])],
  })
  return reshaped(repeated, [batch, channels, ...sizes.map((size) => size * factor)]) as never
}

/**
 * Channels as pixels: `[B, C · r², H, W]` → `[B, C, r · H, r · W]`; channel c · r² + i · r + j becomes row i and column
 * j of each square. Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel
 * convolutional neural network" (2016).
 *
 * ```ts
 * pixelShuffle(tensor([1, 4, 1, 1], [1, 2, 3, 4]), 2) // → [[[[1, 2], [3, 4]]]]
 * ```
 *
 * Channels that are not divisible by r² do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * pixelShuffle(zeros([8, 6, 4, 4]), 2)
 * // error: pixelShuffle: 6 channels are not divisible by 2²: [8, 6, 4, 4]
 * ```
 */
export const pixelShuffle = <S extends Shape, D extends DType, F extends number>(
  x: Guard<PixelShuffle<'pixelShuffle', S, F>, TensorOf<S, D>>,
  factor: F,
): Result<PixelShuffle<'pixelShuffle', S, F>, D> => {
  const operand = x as AnyTensor
  checkPixelShuffle('pixelShuffle', operand.shape, factor)
  const [b, c, h, w] = operand.shape as readonly [number, number, number, number]
  const out = c / factor ** 2
  const squares = permuted(reshaped(operand, [b, out, factor, factor, h, w]), [0, 1, 4, 2, 5, 3])
  return reshaped(squares, [b, out, h * factor, w * factor]) as never
}

/**
 * Pixels as channels: `[B, C, r · H, r · W]` → `[B, C · r², H, W]`, the inverse of `pixelShuffle`.
 *
 * ```ts
 * spaceToDepth(tensor([1, 1, 2, 2], [1, 2, 3, 4]), 2) // → [[[[1]], [[2]], [[3]], [[4]]]]
 * ```
 */
export const spaceToDepth = <S extends Shape, D extends DType, F extends number>(
  x: Guard<SpaceToDepth<'spaceToDepth', S, F>, TensorOf<S, D>>,
  factor: F,
): Result<SpaceToDepth<'spaceToDepth', S, F>, D> => {
  const operand = x as AnyTensor
  checkSpaceToDepth('spaceToDepth', operand.shape, factor)
  const [b, c, h, w] = operand.shape as readonly [number, number, number, number]
  const squares = reshaped(operand, [b, c, h / factor, factor, w / factor, factor])
  return reshaped(permuted(squares, [0, 1, 3, 5, 2, 4]), [
    b,
    c * factor ** 2,
    h / factor,
    w / factor,
  ]) as never
}
