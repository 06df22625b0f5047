import {
  type AnyTensor,
  type AttentionOptions,
  type Division,
  type DType,
  type Guard,
  type Is,
  markParameters,
  type Now,
  permute,
  type Refused,
  reshape,
  type Shape,
  ShapeError,
  type ShowDim,
  scaledDotProductAttention,
  showShape,
  sizeOf,
  split,
  type Tensor,
  type TensorOf,
  transpose,
  type Unless,
  type WrongRank,
} from '@vae/tensor'
import { type Layer, layerOf, type ShapeFunction } from '../layer.ts'
import { affine, checkFeatures, type Features, type LinearParams, linear } from '../linear.ts'
import { checkLayerSizes, type GuardSize, type Sized } from '../size.ts'
import { type ApplyChannels, type ChannelsForward, checkChannels } from './normalization.ts'
import { applyLayer } from './sequential.ts'

/** Parameters of self-attention: a dense layer for each of queries, keys and values, and one for the result. */
export interface AttentionParams<F extends number> {
  readonly query: LinearParams<F, F>
  readonly key: LinearParams<F, F>
  readonly value: LinearParams<F, F>
  readonly out: LinearParams<F, F>
}

/** `[B, T, F]`, or a message. */
export type Attended<L, S extends Shape, D, F extends number> = S['length'] extends 3
  ? Features<L, S, D, F, F>
  : number extends S['length']
    ? Features<L, S, D, F, F>
    : WrongRank<L, 3, S>

export interface AttentionForward<L, F extends number> extends ShapeFunction {
  readonly out: this['in'] extends infer S extends Shape ? Attended<L, S, this['dtype'], F> : never
}

/** `[B, T, F]` → `[B, T, F]`. */
export type ApplyAttention<L, F extends number> = <
  B extends number,
  T extends number,
  K extends number,
  S extends Shape,
  D extends DType,
>(
  x: Guard<Attended<L, S, D, F>, TensorOf<S, D> | TensorOf<[B, T, K], 'f32'>>,
) => Tensor<[B, T, F]>

/** Self-attention over sequences of F features with `Heads` heads. */
export interface SelfAttention<F extends number, Heads extends number = 1>
  extends Layer<
    AttentionParams<F>,
    ApplyAttention<readonly ['selfAttention', F], F>,
    AttentionForward<readonly ['selfAttention', F], F>
  > {
  readonly heads: Heads
}

/** Heads and masks of self-attention. */
export interface SelfAttentionOptions<Heads> extends AttentionOptions {
  /** Parts of the features that attend on their own; 1 unless given. */
  readonly heads?: Heads
}

/** The features, or why heads do not divide them. */
export type GuardHeads<Moment, F extends number, Heads extends number> = Guard<
  Unless<Sized<Moment, 'selfAttention', [['features', F]]>, DividedByHeads<Moment, F, Heads>>,
  F
>

/** True when heads divide the features, or a refusal. */
export type DividedByHeads<Moment, F extends number, Heads extends number> =
  Is<Moment, Division<F, Heads>, 'rest'> extends true
    ? Refused<`selfAttention: ${ShowDim<Heads, Moment>} heads do not divide ${ShowDim<F, Moment>} features`>
    : true

/** `[B, T, F]` → `[B, heads, T, F / heads]`. */
const splitHeads = (x: AnyTensor, heads: number): Tensor<[number, number, number, number]> => {
  const [batch, length, features] = x.shape as readonly [number, number, number]
  const apart = reshape(x as Tensor<number[]>, [batch, length, heads, features / heads] as number[])
  return permute(apart as AnyTensor as Tensor<[number, number, number, number]>, [0, 2, 1, 3])
}

/**
 * Self-attention over sequences `[B, T, features]`: each position becomes a mean of all, weighted by how well their
 * keys fit its query, in each of the heads. Vaswani et al., "Attention is all you need" (2017), section 3.2.2.
 *
 * ```ts
 * const attention = selfAttention(64, { heads: 8, causal: true })
 * attention.apply(attention.init(key(0)))(zeros([2, 10, 64])) // Tensor<[2, 10, 64]>
 * ```
 *
 * Heads that do not divide the features do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * selfAttention(64, { heads: 7 })
 * // error: selfAttention: 7 heads do not divide 64 features
 * ```
 */
export const selfAttention = <F extends number, Heads extends number = 1, Moment = Now>(
  features: GuardHeads<Moment, F, Heads>,
  options: SelfAttentionOptions<Heads> = {},
): SelfAttention<F, Heads> => {
  const size = features as F
  const { heads = 1, causal = false } = options
  checkLayerSizes('selfAttention', { features: size })
  if (!Number.isInteger(heads) || heads < 1 || size % heads !== 0)
    throw new ShapeError(`selfAttention: ${heads} heads do not divide ${size} features`)
  const projection = linear(size, size)
  const label = ['selfAttention', size] as const
  const layer = layerOf<Layer<AttentionParams<F>, unknown>>({
    init: (parent) => {
      const [query, key, value, out] = split(parent, 4)
      return markParameters({
        query: projection.init(query),
        key: projection.init(key),
        value: projection.init(value),
        out: projection.init(out),
      })
    },
    apply: (params) => (x) => {
      if (x.shape.length !== 3)
        throw new ShapeError(`selfAttention(${size}): input must have rank 3: ${showShape(x.shape)}`)
      checkFeatures(label, x, size)
      const project = ({ weight, bias }: LinearParams<F, F>) => splitHeads(affine(x, weight, bias), heads)
      const [query, key, value] = [project(params.query), project(params.key), project(params.value)]
      const attended = scaledDotProductAttention(query, key, value, { causal })
      const joined = reshape(permute(attended, [0, 2, 1, 3]) as Tensor<number[]>, x.shape)
      return affine(joined, params.out.weight, params.out.bias)
    },
  })
  return { ...layer, heads } as never
}

/** Self-attention between the positions of images with C channels. */
export interface SpatialSelfAttention<C extends number>
  extends Layer<
    AttentionParams<C>,
    ApplyChannels<readonly ['spatialSelfAttention', C], C, 1>,
    ChannelsForward<readonly ['spatialSelfAttention', C], C, 1>
  > {}

/**
 * Self-attention between all positions of `[B, channels, …]`, each a token whose features are its channels: the middle
 * of the autoencoders of Rombach et al., "High-resolution image synthesis with latent diffusion models" (2022).
 *
 * ```ts
 * const attention = spatialSelfAttention(64)
 * attention.apply(attention.init(key(0)))(zeros([2, 64, 8, 8])) // Tensor<[2, 64, 8, 8]>
 * ```
 */
export const spatialSelfAttention = <C extends number, Moment = Now>(
  channels: GuardSize<Moment, 'spatialSelfAttention', 'channels', C>,
): SpatialSelfAttention<C> => {
  const size = channels as C
  checkLayerSizes('spatialSelfAttention', { channels: size })
  const attention: Layer<AttentionParams<C>, unknown> = selfAttention(size as number) as never
  return layerOf<SpatialSelfAttention<C>>({
    init: attention.init,
    apply: (params) => (x) => {
      checkChannels(['spatialSelfAttention', size], x, size)
      const [batch, , ...sizes] = x.shape as readonly [number, number, ...number[]]
      const tokens = transpose(reshape(loose(x), [batch, size, sizeOf(sizes)]))
      const attended = applyLayer(attention, params, tokens)
      return reshape(loose(transpose(loose(attended))), x.shape)
    },
  })
}

const loose = (x: AnyTensor): Tensor<number[]> => x as Tensor<number[]>
