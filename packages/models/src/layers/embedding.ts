import {
  type DType,
  embed,
  type Guard,
  markParameters,
  type Now,
  normal,
  type RefusedDType,
  type Shape,
  ShapeError,
  type Tensor,
  type TensorOf,
  wrongDType,
} from '@vae/tensor'
import { type Layer, layerOf, type ShapeFunction } from '../layer.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'

/** A vector of F features for each of V tokens. */
export interface EmbeddingParams<V extends number, F extends number> {
  readonly table: Tensor<[V, F]>
}

/** `[…batch, F]` for tokens `[…batch]`, or a message. */
export type Embedded<V extends number, F extends number, S, D> = 'i32' extends D
  ? S extends readonly [...infer Batch extends Shape]
    ? [...Batch, F]
    : never
  : RefusedDType<`embedding(${V}, ${F})`, 'i32', D & DType>

export interface EmbeddingForward<V extends number, F extends number> extends ShapeFunction {
  readonly out: Embedded<V, F, this['in'], this['dtype']>
}

/** Tokens `[…batch]` → `[…batch, F]`. */
export type ApplyEmbedding<V extends number, F extends number> = <S extends Shape, D extends DType>(
  tokens: Guard<Embedded<V, F, S, D>, TensorOf<S, D>>,
) => Tensor<[...S, F]>

/** A layer that gives each of V tokens a vector of F features. */
export interface Embedding<V extends number, F extends number>
  extends Layer<EmbeddingParams<V, F>, ApplyEmbedding<V, F>, EmbeddingForward<V, F>> {}

/**
 * A layer that looks up a vector for each token, a whole number from 0 to `vocabulary` − 1: `[…batch]` →
 * `[…batch, features]`. The table starts standard normal, as in PyTorch; a token outside of it gives zeros.
 *
 * ```ts
 * const words = embedding(1000, 64)
 * words.apply(words.init(key(0)))(full([2, 10], 7, 'i32')) // Tensor<[2, 10, 64]>
 * ```
 *
 * Tokens are i32: another dtype does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * embedding(1000, 64).apply(embedding(1000, 64).init(key(0)))(zeros([2, 10]))
 * // error: embedding(1000, 64): expected i32, got f32
 * ```
 */
export const embedding = <V extends number, F extends number, Moment = Now>(
  vocabulary: GuardSize<Moment, 'embedding', 'vocabulary', V>,
  features: GuardSize<Moment, 'embedding', 'features', F>,
): Embedding<V, F> => {
  const [tokens, size] = [vocabulary as V, features as F]
  checkLayerSizes('embedding', { vocabulary: tokens, features: size })
  return layerOf<Embedding<V, F>>({
    init: (key) => markParameters({ table: normal(key, [tokens, size]) }),
    apply:
      ({ table }) =>
      (x) => {
        if (x.dtype !== 'i32') throw new ShapeError(wrongDType(['embedding', tokens, size], 'i32', x.dtype))
        return embed(table as Tensor<[number, number]>, x as TensorOf<number[], 'i32'>)
      },
  })
}
