import {
  type AnyTensor,
  type Guard,
  type Now,
  type Product,
  permute,
  type Refused,
  reshape,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  showShape,
  sizeOf,
  type Tensor,
} from '@vae/tensor'

/** True for N vectors of E features that are those of maps `[B, D, …S]`, or a refusal. */
export type MapsProblem<
  Moment,
  N extends number,
  E extends number,
  B extends number,
  D extends number,
  S extends Shape,
> =
  Same<Moment, E, D> extends true
    ? Same<Moment, N, Product<[B, ...S]>> extends true
      ? true
      : Refused<`fromVectors: ${Show<[N, E]>} cannot become ${Show<[B, D, ...S]>}`>
    : Refused<`fromVectors: ${Show<[N, E]>} cannot become ${Show<[B, D, ...S]>}`>

/** 0, 2, 3, …, 1: channels to the end. */
const channelsLast = (rank: number): number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]

/** 0, rank − 1, 1, 2, …: and back. */
const channelsFirst = (rank: number): number[] => [
  0,
  rank - 1,
  ...Array.from({ length: rank - 2 }, (_, i) => i + 1),
]

/**
 * Feature maps as vectors: `[B, D, h, w]` → `[B · h · w, D]`, a vector for each position; any number of spatial axes.
 *
 * ```ts
 * toVectors(zeros([128, 64, 7, 7])) // Tensor<[6272, 64]>
 * toVectors(tensor([1, 2, 3], [1, 2, 3, 10, 20, 30])) // → [[1, 10], [2, 20], [3, 30]]
 * ```
 */
export const toVectors = <B extends number, D extends number, S extends Shape>(
  maps: Tensor<[B, D, ...S]>,
): Tensor<[Product<[B, ...S]>, D]> => {
  const { shape } = maps as AnyTensor
  if (shape.length < 2) throw new ShapeError(`toVectors: input must have rank 2 or more: ${showShape(shape)}`)
  const last = permute(maps as AnyTensor as Tensor<number[]>, channelsLast(shape.length))
  const vectors = reshape(last as Tensor<number[]>, [-1, shape[1]!])
  return vectors as AnyTensor as Tensor<[Product<[B, ...S]>, D]>
}

/**
 * Vectors as the feature maps of the given shape that `toVectors` took them from: `[B · h · w, D]` → `[B, D, h, w]`.
 *
 * ```ts
 * const vectors = tensor([3, 2], [1, 10, 2, 20, 3, 30])
 * fromVectors(vectors, [1, 2, 3]) // → [[[1, 2, 3], [10, 20, 30]]]
 * ```
 *
 * Another number of vectors or features does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * fromVectors(zeros([6272, 64]), [128, 64, 7, 6])
 * // error: fromVectors: [6272, 64] cannot become [128, 64, 7, 6]
 * ```
 */
export const fromVectors = <
  N extends number,
  E extends number,
  B extends number,
  D extends number,
  const S extends Shape,
  Moment = Now,
>(
  vectors: Tensor<[N, E]>,
  shape: Guard<MapsProblem<Moment, N, E, B, D, S>, readonly [B, D, ...S]>,
): Tensor<[B, D, ...S]> => {
  const target = shape as Shape
  const [batch, channels, ...spatial] = target
  if (vectors.shape[1] !== channels || sizeOf(vectors.shape) !== sizeOf(target))
    throw new ShapeError(`fromVectors: ${showShape(vectors.shape)} cannot become ${showShape(target)}`)
  const last = reshape(vectors as AnyTensor as Tensor<number[]>, [batch!, ...spatial, channels])
  const maps = permute(last as AnyTensor as Tensor<number[]>, channelsFirst(target.length))
  return maps as AnyTensor as Tensor<[B, D, ...S]>
}
