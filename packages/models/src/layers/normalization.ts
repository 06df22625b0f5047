import {
  type AnyTensor,
  add,
  batchNorm as batchNormalized,
  type Division,
  type DType,
  type Guard,
  groupNorm as groupNormalized,
  type Is,
  type Known,
  type Label,
  layerNorm as layerNormalized,
  markParameters,
  mul,
  type NormOptions,
  type Now,
  ones,
  type Pair,
  type Refused,
  type RefusedDType,
  reshape,
  rmsNorm as rmsNormalized,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  type ShowLabel,
  showLabel,
  showShape,
  type Tensor,
  type TensorOf,
  type Unless,
  type When,
  type WrongChannels,
  wrongChannels,
  wrongDType,
  zeros,
} from '@vae/tensor'
import { type Layer, layerOf, type ShapeFunction } from '../layer.ts'
import { type ApplyFeatures, checkFeatures, type FeaturesForward } from '../linear.ts'
import { checkLayerSizes, type GuardSize, type Sized } from '../size.ts'

/** A scale and a shift for each of C channels or features. */
export interface AffineParams<C extends number> {
  readonly scale: Tensor<[C]>
  readonly shift: Tensor<[C]>
}

/** A scale for each of C features. */
export interface ScaleParams<C extends number> {
  readonly scale: Tensor<[C]>
}

const affineParams = <C extends number>(size: C): AffineParams<C> =>
  markParameters({ scale: ones([size]), shift: zeros([size]) })

const loose = (x: AnyTensor): Tensor<number[]> => x as Tensor<number[]>

/** x · scale + shift for each channel, which is axis 1. */
const affinePerChannel = (x: AnyTensor, { scale, shift }: AffineParams<number>): AnyTensor => {
  const perChannel = [scale.shape[0], ...x.shape.slice(2).map(() => 1)]
  return add(mul(loose(x), reshape(loose(scale), perChannel)), reshape(loose(shift), perChannel))
}

/** The shape of an input with C channels whose groups divide them, which stays, or a message. */
export type ChannelsNormalized<L, S extends Shape, D, C extends number, G extends number> = 'f32' extends D
  ? Is<When<S>, Division<C, G>, 'rest'> extends true
    ? Refused<`${ShowLabel<L>}: ${ShowDim<G, When<S>>} groups do not divide ${ShowDim<C, When<S>>} channels`>
    : S extends readonly [infer B extends number, infer K extends number, ...infer Rest extends Shape]
      ? Known<When<D>, K, C, Pair<C, C> | Pair<K, number>> extends true
        ? S
        : Same<When<D>, K, C> extends true
          ? [B, C, ...Rest]
          : WrongChannels<L, C, K, S, When<D>>
      : number extends S['length']
        ? [number, C, ...number[]]
        : Refused<`${ShowLabel<L>}: input must have rank 2 or more: ${Show<S>}`>
  : RefusedDType<ShowLabel<L>, 'f32', D & DType>

/** The run-time twin of `ChannelsNormalized`. Throws its message as a `ShapeError`. */
export const checkChannels = (label: Label, { shape, dtype }: AnyTensor, channels: number): void => {
  const refuse = (message: string): never => {
    throw new ShapeError(message)
  }
  if (dtype !== 'f32') refuse(wrongDType(label, 'f32', dtype))
  if (shape.length < 2) refuse(`${showLabel(label)}: input must have rank 2 or more: ${showShape(shape)}`)
  if (shape[1] !== channels) refuse(wrongChannels(label, channels, shape[1]!, shape))
}

export interface ChannelsForward<L, C extends number, G extends number> extends ShapeFunction {
  readonly out: this['in'] extends infer S extends Shape
    ? ChannelsNormalized<L, S, this['dtype'], C, G>
    : never
}

/** `[B, C, …]` → `[B, C, …]`. */
export type ApplyChannels<L, C extends number, G extends number> = <
  B extends number,
  K extends number,
  Rest extends Shape,
  S extends Shape,
  D extends DType,
>(
  x: Guard<ChannelsNormalized<L, S, D, C, G>, TensorOf<S, D> | TensorOf<[B, K, ...Rest], 'f32'>>,
) => Tensor<[B, K, ...Rest]>

/** Group normalization of C channels in G groups. */
export interface GroupNorm<G extends number, C extends number>
  extends Layer<
    AffineParams<C>,
    ApplyChannels<readonly ['groupNorm', G, C], C, G>,
    ChannelsForward<readonly ['groupNorm', G, C], C, G>
  > {}

/** The channels, or why groups do not divide them. */
export type GuardGroups<Moment, G extends number, C extends number> = Guard<
  Unless<Sized<Moment, 'groupNorm', [['channels', C], ['groups', G]]>, DividedBy<Moment, G, C>>,
  C
>

/** True when groups divide the channels, or a refusal. */
export type DividedBy<Moment, G extends number, C extends number> =
  Is<Moment, Division<C, G>, 'rest'> extends true
    ? Refused<`groupNorm: ${ShowDim<G, Moment>} groups do not divide ${ShowDim<C, Moment>} channels`>
    : true

/**
 * Group normalization of `[B, channels, …]` with a scale (1 at first) and a shift (0) for each channel. Wu & He (2018).
 *
 * ```ts
 * const norm = groupNorm(8, 64)
 * norm.apply(norm.init(key(0)))(zeros([2, 64, 16, 16])) // Tensor<[2, 64, 16, 16]>
 * ```
 *
 * Groups that do not divide the channels do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * groupNorm(32, 48)
 * // error: groupNorm: 32 groups do not divide 48 channels
 * ```
 */
export const groupNorm = <G extends number, C extends number, Moment = Now>(
  groups: G,
  channels: GuardGroups<Moment, G, C>,
  options: NormOptions = {},
): GroupNorm<G, C> => {
  const count = channels as C
  checkLayerSizes('groupNorm', { channels: count, groups })
  if (count % groups !== 0)
    throw new ShapeError(`groupNorm: ${groups} groups do not divide ${count} channels`)
  return layerOf<Layer<AffineParams<C>, unknown>>({
    init: () => affineParams(count),
    apply: (params) => (x) => {
      checkChannels(['groupNorm', groups, count], x, count)
      return affinePerChannel(groupNormalized(loose(x), groups, options), params)
    },
  }) as never
}

/** Batch normalization of C channels with the moments of the batch itself. */
export interface BatchNorm<C extends number>
  extends Layer<
    AffineParams<C>,
    ApplyChannels<readonly ['batchNorm', C], C, 1>,
    ChannelsForward<readonly ['batchNorm', C], C, 1>
  > {}

/**
 * Batch normalization of `[B, channels, …]` with the mean and variance of the batch itself, and a scale and a shift for
 * each channel. It has no state, so it says nothing of single examples: for running averages see `batchMoments` and
 * `batchNorm` of @vae/tensor. Ioffe & Szegedy (2015), algorithm 1.
 *
 * ```ts
 * const norm = batchNorm(64)
 * norm.apply(norm.init(key(0)))(zeros([2, 64, 16, 16])) // Tensor<[2, 64, 16, 16]>
 * ```
 */
export const batchNorm = <C extends number, Moment = Now>(
  channels: GuardSize<Moment, 'batchNorm', 'channels', C>,
  options: NormOptions = {},
): BatchNorm<C> => {
  const size = channels as C
  checkLayerSizes('batchNorm', { channels: size })
  return layerOf<BatchNorm<C>>({
    init: () => affineParams(size),
    apply: (params) => (x) => {
      checkChannels(['batchNorm', size], x, size)
      return affinePerChannel(batchNormalized(loose(x), undefined, options), params)
    },
  })
}

/** Layer normalization of F features. */
export interface LayerNorm<F extends number>
  extends Layer<
    AffineParams<F>,
    ApplyFeatures<readonly ['layerNorm', F], F, F>,
    FeaturesForward<readonly ['layerNorm', F], F, F>
  > {}

/**
 * Layer normalization of `[…batch, features]` with a scale and a shift for each feature. Ba, Kiros & Hinton (2016).
 *
 * ```ts
 * const norm = layerNorm(512)
 * norm.apply(norm.init(key(0)))(zeros([2, 10, 512])) // Tensor<[2, 10, 512]>
 * ```
 */
export const layerNorm = <F extends number, Moment = Now>(
  features: GuardSize<Moment, 'layerNorm', 'features', F>,
  options: NormOptions = {},
): LayerNorm<F> => {
  const size = features as F
  checkLayerSizes('layerNorm', { features: size })
  return layerOf<LayerNorm<F>>({
    init: () => affineParams(size),
    apply:
      ({ scale, shift }) =>
      (x) => {
        checkFeatures(['layerNorm', size], x, size)
        return add(mul(layerNormalized(loose(x), options), loose(scale)), loose(shift))
      },
  })
}

/** Root mean square normalization of F features. */
export interface RmsNorm<F extends number>
  extends Layer<
    ScaleParams<F>,
    ApplyFeatures<readonly ['rmsNorm', F], F, F>,
    FeaturesForward<readonly ['rmsNorm', F], F, F>
  > {}

/**
 * Root mean square normalization of `[…batch, features]` with a scale for each feature. Zhang & Sennrich (2019).
 *
 * ```ts
 * const norm = rmsNorm(512)
 * norm.apply(norm.init(key(0)))(zeros([2, 10, 512])) // Tensor<[2, 10, 512]>
 * ```
 */
export const rmsNorm = <F extends number, Moment = Now>(
  features: GuardSize<Moment, 'rmsNorm', 'features', F>,
  options: NormOptions = {},
): RmsNorm<F> => {
  const size = features as F
  checkLayerSizes('rmsNorm', { features: size })
  return layerOf<RmsNorm<F>>({
    init: () => markParameters({ scale: ones([size]) }),
    apply:
      ({ scale }) =>
      (x) => {
        checkFeatures(['rmsNorm', size], x, size)
        return mul(rmsNormalized(loose(x), options), loose(scale))
      },
  })
}
