import type { DType } from '../dtype.ts'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { Guard } from '../shape/guard.ts'
import {
  checkGroupNormalized,
  checkNormalized,
  type GroupNormalized,
  type Normalized,
} from '../shape/norm.ts'
import type { AnyTensor, Tensor, TensorOf } from '../tensor.ts'
import { apply } from './apply.ts'
import { add, div, mul, sqrt, square, sub } from './elementwise.ts'

/** What is added to a variance before its root is taken. */
export interface NormOptions {
  /** 1e-5 unless given, as in PyTorch. */
  readonly epsilon?: number
}

type Unknown = Tensor<number[]>

/** The mean over `axes`, which stay with size 1. */
const meanOver = (x: Unknown, axes: readonly number[]): Unknown => {
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const total = apply<Unknown>('sum', [x], { axes })
  const count = sizeOf(x.shape) / sizeOf(kept)
  return mul(apply<Unknown>('reshape', [total], { shape: kept }), 1 / count)
}

/** (x − mean) / √(variance + ε) over `axes`, with the biased variance. */
const standardized = (x: Unknown, axes: readonly number[], { epsilon = 1e-5 }: NormOptions): Unknown => {
  const centred = sub(x, meanOver(x, axes))
  return div(centred, sqrt(add(meanOver(square(centred), axes), epsilon)))
}

const untyped = (x: unknown): Unknown => x as Unknown

/**
 * Layer normalization: each vector along the last axis with mean 0 and variance 1. Ba, Kiros & Hinton (2016). Scale and
 * shift are the layer's.
 *
 * ```ts
 * layerNorm(tensor([1, 2], [1, 3])) // → [[-1, 1]]
 * ```
 */
export const layerNorm = <S extends Shape, D extends DType>(
  x: Guard<Normalized<'layerNorm', S, D, 1>, TensorOf<S, D>>,
  options: NormOptions = {},
): Tensor<S> => {
  const operand = untyped(x)
  checkNormalized('layerNorm', operand, 1)
  return standardized(operand, [operand.shape.length - 1], options) as AnyTensor as Tensor<S>
}

/**
 * Root mean square normalization: each vector along the last axis divided by √(mean of squares + ε). Zhang & Sennrich
 * (2019), equation 4.
 *
 * ```ts
 * rmsNorm(tensor([1, 2], [3, 4])) // → [[0.8485, 1.131]]
 * ```
 */
export const rmsNorm = <S extends Shape, D extends DType>(
  x: Guard<Normalized<'rmsNorm', S, D, 1>, TensorOf<S, D>>,
  { epsilon = 1e-5 }: NormOptions = {},
): Tensor<S> => {
  const operand = untyped(x)
  checkNormalized('rmsNorm', operand, 1)
  const power = meanOver(square(operand), [operand.shape.length - 1])
  return div(operand, sqrt(add(power, epsilon))) as AnyTensor as Tensor<S>
}

/**
 * Group normalization of `[B, C, …]`: mean 0 and variance 1 over each of `groups` groups of channels and all positions
 * of an example. Wu & He (2018).
 *
 * ```ts
 * groupNorm(tensor([1, 2, 2], [1, 3, 10, 30]), 2) // → [[[-1, 1], [-1, 1]]]
 * ```
 *
 * Groups that do not divide the channels do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * groupNorm(zeros([8, 48, 4, 4]), 32)
 * // error: groupNorm: 32 groups do not divide 48 channels: [8, 48, 4, 4]
 * ```
 */
export const groupNorm = <S extends Shape, D extends DType, G extends number>(
  x: Guard<GroupNormalized<'groupNorm', S, D, G>, TensorOf<S, D>>,
  groups: G,
  options: NormOptions = {},
): Tensor<S> => {
  const operand = untyped(x)
  checkGroupNormalized('groupNorm', operand, groups)
  const [batch, channels, ...sizes] = operand.shape as Shape as readonly [number, number, ...number[]]
  const grouped = apply<Unknown>('reshape', [operand], {
    shape: [batch, groups, (channels / groups) * sizeOf(sizes)],
  })
  return apply('reshape', [standardized(grouped, [2], options)], { shape: operand.shape })
}

/** The mean and the variance of each channel, `[C]`. */
export interface Moments<C extends number> {
  readonly mean: Tensor<[C]>
  /** Divided by the number of elements, not by one less. */
  readonly variance: Tensor<[C]>
}

/** The channels of a shape `[B, C, …]`. */
export type ChannelsOf<S extends Shape> = S extends readonly [unknown, infer C extends number, ...unknown[]]
  ? C
  : number

const channelAxes = (rank: number): number[] => [
  0,
  ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2),
]

/**
 * Mean and variance of each channel of `[B, C, …]` over the batch and all positions: what batch normalization keeps
 * averages of.
 *
 * ```ts
 * batchMoments(tensor([2, 1], [1, 3])) // → { mean: [2], variance: [1] }
 * ```
 */
export const batchMoments = <S extends Shape, D extends DType>(
  x: Guard<Normalized<'batchMoments', S, D, 2>, TensorOf<S, D>>,
): Moments<ChannelsOf<S>> => {
  const operand = untyped(x)
  checkNormalized('batchMoments', operand, 2)
  const axes = channelAxes(operand.shape.length)
  const mean = meanOver(operand, axes)
  const variance = meanOver(square(sub(operand, mean)), axes)
  const flat = (moment: Unknown) =>
    apply<Tensor<[ChannelsOf<S>]>>('reshape', [moment], { shape: [operand.shape[1]!] })
  return { mean: flat(mean), variance: flat(variance) }
}

/**
 * Batch normalization of `[B, C, …]` with given moments, or with those of the batch itself. Ioffe & Szegedy (2015),
 * algorithm 1. Scale and shift are the layer's.
 *
 * ```ts
 * batchNorm(tensor([2, 1], [1, 3])) // → [[-1], [1]]
 * batchNorm(tensor([2, 1], [1, 3]), { mean: zeros([1]), variance: ones([1]) }) // → [[1], [3]]
 * ```
 */
export const batchNorm = <S extends Shape, D extends DType>(
  x: Guard<Normalized<'batchNorm', S, D, 2>, TensorOf<S, D>>,
  moments?: Moments<NoInfer<ChannelsOf<S>>>,
  { epsilon = 1e-5 }: NormOptions = {},
): Tensor<S> => {
  const operand = untyped(x)
  checkNormalized('batchNorm', operand, 2)
  if (moments === undefined)
    return standardized(operand, channelAxes(operand.shape.length), { epsilon }) as AnyTensor as Tensor<S>
  const perChannel = (moment: AnyTensor): Unknown =>
    apply('reshape', [moment], { shape: [operand.shape[1]!, ...operand.shape.slice(2).map(() => 1)] })
  const deviation = sqrt(add(perChannel(moments.variance), epsilon))
  return div(sub(operand, perChannel(moments.mean)), deviation) as AnyTensor as Tensor<S>
}
