import {
  type AnyTensor,
  concat,
  type Division,
  type Guard,
  type Is,
  type Key,
  type Now,
  type Over,
  type Refused,
  type Repeat,
  reshape,
  type Same,
  type Shape,
  ShapeError,
  type ShowDim,
  slice,
  split,
  type Tensor,
  type TensorOf,
  type Times,
  type Unless,
} from '@vae/tensor'
import { checkLayerSizes, type Sized } from '../size.ts'
import { sumLosses } from './losses.ts'
import { type Quantizer, type QuantizerStart, quantizerOf } from './quantizer.ts'

/** The axes of indices of G groups with `Stages` each. */
export type GroupedStages<G extends number, Stages extends Shape> = Stages extends readonly [
  infer Q extends number,
]
  ? [Times<G, Q>]
  : Stages extends readonly []
    ? [G]
    : [number]

/** G quantizers side by side, each of D / G features. */
export interface GroupedQuantizer<
  D extends number,
  G extends number,
  P,
  S,
  Loss extends string,
  Stages extends Shape,
> extends Quantizer<'groupedQuantizer', D, Repeat<P, G>, Repeat<S, G>, Loss, GroupedStages<G, Stages>> {}

/** True where groups divide the features, or a refusal. */
export type GroupsProblem<Moment, D extends number, G extends number> = Unless<
  Sized<Moment, 'groupedQuantizer', [['dimension', D], ['groups', G]]>,
  Is<Moment, Division<D, G>, 'rest'> extends true
    ? Refused<`groupedQuantizer: ${ShowDim<G, Moment>} groups do not divide ${ShowDim<D, Moment>} features`>
    : true
>

/** True for a quantizer of the features of a group, or a refusal; the groups are looked at before. */
export type GroupProblem<Moment, D extends number, G extends number, E extends number> =
  GroupsProblem<Moment, D, G> extends true
    ? Same<Moment, E, Over<D, G>> extends true
      ? true
      : Refused<`groupedQuantizer: ${ShowDim<G, Moment>} groups of ${ShowDim<D, Moment>} features need a quantizer of ${ShowDim<Over<D, G>, Moment>}, got one of ${ShowDim<E, Moment>}`>
    : true

/** A tensor whose shape is looked at by the run alone. */
const loose = (x: AnyTensor): TensorOf<number[], 'f32' | 'i32'> => x as TensorOf<number[], 'f32' | 'i32'>

/** The run-time twin of `GroupsProblem` and `GroupProblem`. Throws their messages as a `ShapeError`. */
const check = (dimension: number, groups: number, own: number): void => {
  checkLayerSizes('groupedQuantizer', { dimension, groups })
  const each = dimension / groups
  if (!Number.isInteger(each))
    throw new ShapeError(`groupedQuantizer: ${groups} groups do not divide ${dimension} features`)
  if (own !== each)
    throw new ShapeError(
      `groupedQuantizer: ${groups} groups of ${dimension} features need a quantizer of ${each}, got one of ${own}`,
    )
}

/**
 * Groups of consecutive features, each quantized by a quantizer of the given kind with a codebook of its own: with G
 * groups of K codes there are K^G results. Yang et al., "HiFi-Codec: group-residual vector quantization" (2023); product
 * quantization of Jégou et al. (2011). Losses are summed over the groups; indices are `[N, G]`, or `[N, G · Q]` of
 * groups with Q stages, group by group.
 *
 * ```ts
 * const group = vectorQuantizer(16, 256, { learning: 'ema' })
 * const quantizer = groupedQuantizer(64, 4, group)
 * const { params, state } = quantizer.init(key(0))
 * quantizer.encode(params, state)(zeros([128, 64])) // TensorOf<[128, 4], 'i32'>
 * ```
 *
 * Groups that do not divide the features, and a quantizer of another size, do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * groupedQuantizer(64, 5, vectorQuantizer(16, 256, { learning: 'ema' }))
 * // error: groupedQuantizer: 5 groups do not divide 64 features
 * ```
 */
export const groupedQuantizer = <
  D extends number,
  G extends number,
  Kind extends string,
  E extends number,
  P,
  S,
  Loss extends string,
  Stages extends Shape,
  Moment = Now,
>(
  dimension: D,
  groups: Guard<GroupsProblem<Moment, D, G>, G>,
  quantizer: Guard<GroupProblem<Moment, D, G, E>, Quantizer<Kind, E, P, S, Loss, Stages>>,
): GroupedQuantizer<D, G, P, S, Loss, Stages> => {
  const [count, group] = [groups as G, quantizer as Quantizer<Kind, E, P, S, Loss, Stages>]
  check(dimension, count, group.dimension)
  const size = group.dimension
  const indexes = group.codebooks.length

  // A list of G elements, which is what a tuple of them is.
  const at = <T>(list: unknown, g: number): T => (list as readonly T[])[g]!
  const tuple = <T>(list: readonly T[]): Repeat<T, G> => list as unknown as Repeat<T, G>
  const places = Array.from({ length: count }, (_, g) => g)
  const starts = (list: readonly QuantizerStart<P, S>[]) => ({
    params: tuple(list.map(({ params }) => params)),
    state: tuple(list.map(({ state }) => state)),
  })
  /** The columns of a group. */
  const columns = (x: AnyTensor, width: number, g: number): AnyTensor =>
    slice(loose(x), 1, g * width, (g + 1) * width)
  const features = <N extends number>(x: Tensor<[N, D]>, g: number) => columns(x, size, g) as Tensor<[N, E]>
  const rejoined = <N extends number>(parts: readonly AnyTensor[]) =>
    concat(parts, 1) as AnyTensor as Tensor<[N, D]>
  /** The axis of indices of all groups. */
  type Indices<N extends number> = TensorOf<[N, ...GroupedStages<G, Stages>], 'i32'>
  const joined = <N extends number>(indices: readonly TensorOf<[N, ...Stages], 'i32'>[]) => {
    const flat = indices.map((own): AnyTensor => reshape(loose(own), [own.shape[0], indexes]))
    return concat(flat, 1) as AnyTensor as Indices<N>
  }
  const ownIndices = <N extends number>(indices: Indices<N>, g: number) => {
    const shape: readonly number[] = [indices.shape[0], ...group.stages]
    return reshape(loose(columns(indices, indexes, g)), shape) as AnyTensor as TensorOf<[N, ...Stages], 'i32'>
  }

  return quantizerOf<'groupedQuantizer', D, Repeat<P, G>, Repeat<S, G>, Loss, GroupedStages<G, Stages>>({
    kind: 'groupedQuantizer',
    dimension,
    codes: group.codes ** count,
    codebooks: places.flatMap(() => group.codebooks),
    // What the type computes: an index for each stage of each group.
    stages: [count * indexes] as readonly number[] as GroupedStages<G, Stages>,
    init: (key) => starts(split<number>(key, count).map((forGroup) => group.init(forGroup))),
    quantize:
      (params, state) =>
      <N extends number>(x: Tensor<[N, D]>, weights: Tensor<[N]>, key: Key) => {
        const keys = split<number>(key, count)
        const results = places.map((g) =>
          group.quantize(at<P>(params, g), at<S>(state, g))(features(x, g), weights, keys[g]!),
        )
        return {
          quantized: rejoined<N>(results.map(({ quantized }) => quantized)),
          indices: joined(results.map(({ indices }) => indices)),
          losses: sumLosses(results.map(({ losses }) => losses)),
          state: tuple(results.map((result) => result.state)),
        }
      },
    encode: (params, state) => (x) =>
      joined(places.map((g) => group.encode(at<P>(params, g), at<S>(state, g))(features(x, g)))),
    decode:
      (params, state) =>
      <N extends number>(indices: Indices<N>) => {
        const codes = places.map((g) =>
          group.decode(at<P>(params, g), at<S>(state, g))(ownIndices<N>(indices, g)),
        )
        return rejoined<N>(codes)
      },
    fit: (x, weights, key, options) => {
      const keys = split<number>(key, count)
      return starts(places.map((g) => group.fit(features(x, g), weights, keys[g]!, options)))
    },
  })
}
