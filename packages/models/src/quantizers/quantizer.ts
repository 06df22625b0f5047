import {
  type AnyTensor,
  type Key,
  type Now,
  type Same,
  type Shape,
  ShapeError,
  type ShowDim,
  type Tensor,
  type TensorOf,
  wrongDType,
  wrongRank,
} from '@vae/tensor'
import { agreeing, type Differ } from '../agreement.ts'
import { checkFeatures } from '../linear.ts'

/** What a quantizer starts with: what is learned by gradients, and what is carried from step to step. */
export interface QuantizerStart<P, S> {
  readonly params: P
  readonly state: S
}

/** N vectors of D features as codes. */
export interface Quantized<N extends number, D extends number, Stages extends Shape, Loss extends string, S> {
  /** The codes themselves, with the gradient of the estimator with respect to the vectors. */
  readonly quantized: Tensor<[N, D]>
  /** The number of each vector's code, or one for each stage or group: `[N]` or `[N, Q]`. */
  readonly indices: TensorOf<[N, ...Stages], 'i32'>
  /** What to minimise besides, by name and for each vector, without weights. */
  readonly losses: Readonly<Record<Loss, Tensor<[N]>>>
  /** The state for the next step. */
  readonly state: S
}

/** Vectors of D features, or a message. */
export type GuardFeatures<Moment, Kind extends string, D extends number, N extends number, E extends number> =
  Same<Moment, E, D> extends true
    ? Tensor<[N, E]>
    : `${Kind}(${ShowDim<D, Moment>}): input has ${ShowDim<E, Moment>} features: [${ShowDim<N, Moment>}, ${ShowDim<E, Moment>}]`

/** Weights of N vectors, or a message. */
export type GuardVectorWeights<Moment, Kind extends string, N extends number, C extends number> =
  Same<Moment, N, C> extends true ? Tensor<[C]> : Differ<Moment, Kind, 'vectors and weights', [N], [C], N, C>

/**
 * A quantizer of vectors with D features as a value: pure functions over explicit parameters (learned by gradients) and
 * an explicit state (averages). The one contract of all quantizers.
 */
export interface Quantizer<
  Kind extends string,
  D extends number,
  P,
  S,
  Loss extends string = never,
  Stages extends Shape = [],
> {
  readonly kind: Kind
  /** The number of features of a vector. */
  readonly dimension: D
  /** The number of different results, over all stages and groups. */
  readonly codes: number
  /** The number of codes that each index may have, one for each stage or group. */
  readonly codebooks: readonly number[]
  /** The axes of indices after the first: `[]` for one index for each vector, `[Q]` for one of each stage or group. */
  readonly stages: Stages
  readonly init: (key: Key) => QuantizerStart<P, S>
  /**
   * The codes of vectors by the codebook as it is, and the state after the step. Weights are 1, or 0 for padding, which
   * changes neither the state nor what the other vectors get.
   */
  readonly quantize: (
    params: P,
    state: S,
  ) => <N extends number, E extends number, C extends number, Moment = Now>(
    x: GuardFeatures<Moment, Kind, D, N, E>,
    weights: GuardVectorWeights<Moment, Kind, N, C>,
    key: Key,
  ) => Quantized<N, D, Stages, Loss, S>
  /** The indices of the codes of vectors. Nothing is drawn: no stage is dropped. */
  readonly encode: (
    params: P,
    state: S,
  ) => <N extends number, E extends number, Moment = Now>(
    x: GuardFeatures<Moment, Kind, D, N, E>,
  ) => TensorOf<[N, ...Stages], 'i32'>
  /** The codes with the given indices. An index of −1 stands for a dropped stage, and adds nothing. */
  readonly decode: (
    params: P,
    state: S,
  ) => <N extends number>(indices: TensorOf<[N, ...Stages], 'i32'>) => Tensor<[N, D]>
  /**
   * Parameters and state by k-means on a sample of vectors, in place of those of `init`; the same as `init` where there
   * is nothing to fit. Throws a `ShapeError` where there are fewer vectors than codes.
   */
  readonly fit: <N extends number, E extends number, C extends number, Moment = Now>(
    x: GuardFeatures<Moment, Kind, D, N, E>,
    weights: GuardVectorWeights<Moment, Kind, N, C>,
    key: Key,
    options?: KMeansOptions,
  ) => QuantizerStart<P, S>
}

/** How k-means runs. */
export interface KMeansOptions {
  /** Rounds of Lloyd's algorithm, 10 unless given. */
  readonly iterations?: number
  /** What the rounds start from: rows that are far apart ('k-means++', the default), or any rows. */
  readonly seeding?: 'k-means++' | 'random'
}

/** What a quantizer is made of: functions of vectors that are checked already. */
export interface QuantizerParts<
  Kind extends string,
  D extends number,
  P,
  S,
  Loss extends string,
  Stages extends Shape,
> extends Pick<
    Quantizer<Kind, D, P, S, Loss, Stages>,
    'kind' | 'dimension' | 'codes' | 'codebooks' | 'stages' | 'init'
  > {
  readonly quantize: (
    params: P,
    state: S,
  ) => <N extends number>(
    x: Tensor<[N, D]>,
    weights: Tensor<[N]>,
    key: Key,
  ) => Quantized<N, D, Stages, Loss, S>
  readonly encode: (
    params: P,
    state: S,
  ) => <N extends number>(x: Tensor<[N, D]>) => TensorOf<[N, ...Stages], 'i32'>
  readonly decode: (
    params: P,
    state: S,
  ) => <N extends number>(indices: TensorOf<[N, ...Stages], 'i32'>) => Tensor<[N, D]>
  readonly fit: <N extends number>(
    x: Tensor<[N, D]>,
    weights: Tensor<[N]>,
    key: Key,
    options?: KMeansOptions,
  ) => QuantizerStart<P, S>
}

const vectorsOf = <N extends number, D extends number>(kind: string, dimension: D, x: unknown) => {
  const tensor = x as AnyTensor
  const label = [kind, dimension] as const
  if (tensor.shape.length !== 2) throw new ShapeError(wrongRank(label, 2, tensor.shape))
  checkFeatures(label, tensor, dimension)
  return x as Tensor<[N, D]>
}

const weightsOf = <N extends number>(kind: string, { shape }: Tensor<[N, number]>, weights: unknown) => {
  // `agreeing` compares with a tensor: any one with an element for each vector.
  const vectors = { shape: [shape[0]] } as unknown as Tensor<[N]>
  return agreeing(kind, 'vectors and weights', vectors, weights)
}

const indicesOf = <I>(kind: string, indices: I): I => {
  const { dtype } = indices as AnyTensor
  if (dtype !== 'i32') throw new ShapeError(wrongDType(`${kind} at indices`, 'i32', dtype))
  return indices
}

/**
 * A quantizer from its parts. The only place where vectors, weights and indices leave their guards: they are checked
 * here, with the sentences of the types.
 */
export const quantizerOf = <
  Kind extends string,
  D extends number,
  P,
  S,
  Loss extends string,
  Stages extends Shape,
>(
  parts: QuantizerParts<Kind, D, P, S, Loss, Stages>,
): Quantizer<Kind, D, P, S, Loss, Stages> => {
  const { kind, dimension, codes, codebooks, stages, init } = parts
  return {
    kind,
    dimension,
    codes,
    codebooks,
    stages,
    init,
    quantize: (params, state) => {
      const quantize = parts.quantize(params, state)
      return <N extends number>(x: unknown, weights: unknown, key: Key) => {
        const vectors = vectorsOf<N, D>(kind, dimension, x)
        return quantize(vectors, weightsOf(kind, vectors, weights), key)
      }
    },
    encode: (params, state) => {
      const encode = parts.encode(params, state)
      return <N extends number>(x: unknown) => encode(vectorsOf<N, D>(kind, dimension, x))
    },
    decode: (params, state) => {
      const decode = parts.decode(params, state)
      return (indices) => decode(indicesOf(kind, indices))
    },
    fit: <N extends number>(x: unknown, weights: unknown, key: Key, options?: KMeansOptions) => {
      const vectors = vectorsOf<N, D>(kind, dimension, x)
      return parts.fit(vectors, weightsOf(kind, vectors, weights), key, options)
    },
  }
}
