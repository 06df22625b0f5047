import {
  type AnyTensor,
  add,
  broadcastTo,
  type DType,
  expandDims,
  type Guard,
  type Key,
  markParameters,
  mul,
  neg,
  type Refused,
  reshape,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
  sizeOf,
  split,
  sum,
  type Tensor,
  type TensorOf,
  type When,
} from '@vae/tensor'
import { type BatchOf, batchFor, type GuardExamples, valuesOf } from '../examples.ts'
import { checkLikelihood, type LikelihoodProblem } from '../latent-parts.ts'
import type { Likelihood } from '../likelihoods/likelihood.ts'
import type { Network } from '../networks/network.ts'
import { type Batch, type Evaluation, weightedMean } from '../objective.ts'
import { batchOf, observationOf, shaped } from '../observation.ts'
import type { KMeansOptions, Quantizer } from '../quantizers/quantizer.ts'
import { fromVectors, toVectors } from '../quantizers/vectors.ts'
import { type CodeProblem, checkCode } from './autoencoder.ts'

/** The parameters of a VQ-VAE; those of the quantizer are empty where its codebook follows averages. */
export interface VqVaeParams<EP, QP, DP> {
  readonly encoder: EP
  readonly quantizer: QP
  readonly decoder: DP
}

/** The scalars of a step of a VQ-VAE: the weights of the quantizer's losses. */
export interface VqHyper {
  /** The weight of the commitment, β in the paper; 0.25 there. */
  readonly commitment: Tensor<[]>
  /** The weight of the entropy penalty of a quantizer that has one; 0 unless given. */
  readonly entropy?: Tensor<[]>
}

/** Terms of a VQ-VAE, per example. */
export type VqTerms<B extends number, Loss extends string> = {
  /** −log p(x | codes), in nats where the likelihood is normalised. */
  readonly reconstruction: Tensor<[B]>
} & Readonly<Record<Loss, Tensor<[B]>>>

/**
 * A VQ-VAE as a value: examples of shape S become maps of D features, whose vectors are replaced by codes. P are the
 * parameters, Q is the state of the quantizer, Grid the shape of the indices of an example.
 */
export interface VqVae<S extends Shape, Grid extends Shape, Out extends Shape, P, Q, Loss extends string> {
  /** The shape of an example. */
  readonly example: S
  /** The shape of the indices of an example. */
  readonly grid: Grid
  /** The number of codes that each index may have, one for each stage or group. */
  readonly codebooks: readonly number[]
  readonly init: (key: Key) => { readonly params: P; readonly state: Q }
  /**
   * Parameters and state with the codebook that k-means finds for a batch, in place of those of `init`: what training
   * should start with. Throws a `ShapeError` where the batch has fewer vectors than codes.
   */
  readonly fit: (
    params: P,
    state: Q,
  ) => <B extends number>(
    batch: Batch<B, S, 'u8' | 'f32'>,
    key: Key,
    options?: KMeansOptions,
  ) => { readonly params: P; readonly state: Q }
  /** The indices of the codes of examples. */
  readonly encode: (
    params: P,
    state: Q,
  ) => <X extends Shape, D extends DType>(
    x: GuardExamples<'encode', 'an example', S, X, D>,
  ) => TensorOf<[BatchOf<X>, ...Grid], 'i32'>
  /** What the likelihood makes p(x | codes) of, from indices of codes. */
  readonly decode: (
    params: P,
    state: Q,
  ) => <X extends Shape, D extends DType>(
    indices: GuardExamples<'decode', 'a grid of indices', Grid, X, D, 'i32'>,
  ) => Tensor<[BatchOf<X>, ...Out]>
  /** The means of p(x | codes) at indices of codes. */
  readonly generate: (
    params: P,
    state: Q,
  ) => <X extends Shape, D extends DType>(
    indices: GuardExamples<'generate', 'a grid of indices', Grid, X, D, 'i32'>,
  ) => Tensor<[BatchOf<X>, ...S]>
  /** The means of p(x | codes) at the codes of x. */
  readonly reconstruct: (
    params: P,
    state: Q,
  ) => <X extends Shape, D extends DType>(
    x: GuardExamples<'reconstruct', 'an example', S, X, D>,
  ) => Tensor<[BatchOf<X>, ...S]>
  /**
   * Reconstruction + commitment · β (+ codebook, where it learns by gradients), each summed over an example and averaged
   * over the weighted examples. Codes are looked up in the codebook as it is; its next state comes back. van den Oord et
   * al., "Neural discrete representation learning" (2017), equation 3.
   */
  readonly objective: (
    hyper: VqHyper,
  ) => <B extends number>(
    params: P,
    state: Q,
    batch: Batch<B, S, 'u8' | 'f32'>,
    key: Key,
  ) => Evaluation<B, Q, VqTerms<B, Loss>>
}

/** The shape of the indices that a quantizer gives for maps: one for each position, and each stage there. */
export type GridOf<Map extends Shape, Stages extends Shape> = Map extends readonly [
  unknown,
  ...infer Positions extends Shape,
]
  ? [...Positions, ...Stages]
  : number[]

/** True, or a refusal of a quantizer of vectors of another size than the channels of the encoder's maps. */
export type QuantizerProblem<Map extends Shape, D extends number> = Map extends readonly [
  infer C extends number,
  ...unknown[],
]
  ? Same<When<Map>, C, D> extends true
    ? true
    : Refused<`vqVae: the encoder gives ${ShowDim<C, When<Map>>} features, ${Show<Map>}, the quantizer takes ${ShowDim<D, When<Map>>}`>
  : true

/** Networks, a quantizer and a likelihood that fit, or messages. */
export interface GuardedVqParts<
  S extends Shape,
  Map extends Shape,
  EP,
  Kind extends string,
  D extends number,
  QP,
  Q,
  Loss extends string,
  Stages extends Shape,
  In extends Shape,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
> {
  readonly encoder: Network<S, Map, EP>
  readonly quantizer: Guard<QuantizerProblem<Map, D>, Quantizer<Kind, D, QP, Q, Loss, Stages>>
  readonly decoder: Guard<CodeProblem<'vqVae', Map, In>, Network<In, Out, DP>>
  readonly likelihood: Guard<LikelihoodProblem<'vqVae', S, Out, Name, K>, Likelihood<Name, K>>
}

/** The weight of each of the quantizer's losses. */
const weightOf = (loss: string, { commitment, entropy }: VqHyper): Tensor<[]> | number =>
  loss === 'commitment' ? commitment : loss === 'entropy' ? (entropy ?? 0) : 1

/**
 * A VQ-VAE of an encoder to maps `[D, …]` (or to a vector `[D]`), a quantizer of vectors with D features, a decoder and a
 * likelihood.
 *
 * ```ts
 * const model = vqVae({
 *   encoder: residualDown([1, 28, 28], [32, 64], 16, { hidden: 32 }),
 *   quantizer: vectorQuantizer(16, 512, { learning: 'ema', restart: { threshold: 0.03 } }),
 *   decoder: residualUp([16, 7, 7], [64, 32, 1], { hidden: 32 }),
 *   likelihood: bernoulli,
 * })
 * model.grid // → [7, 7]
 * ```
 *
 * Parts that do not fit do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * vqVae({
 *   encoder: residualDown([1, 28, 28], [32, 64], 16, { hidden: 32 }),
 *   quantizer: vectorQuantizer(64, 512, { learning: 'ema' }),
 *   decoder: residualUp([16, 7, 7], [64, 32, 1], { hidden: 32 }),
 *   likelihood: bernoulli,
 * })
 * // error: vqVae: the encoder gives 16 features, [16, 7, 7], the quantizer takes 64
 * ```
 */
export const vqVae = <
  S extends Shape,
  Map extends Shape,
  EP,
  Kind extends string,
  D extends number,
  QP,
  Q,
  Loss extends string,
  Stages extends Shape,
  In extends Shape,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
>(
  parts: GuardedVqParts<S, Map, EP, Kind, D, QP, Q, Loss, Stages, In, Out, DP, Name, K>,
): VqVae<S, GridOf<Map, Stages>, Out, VqVaeParams<EP, QP, DP>, Q, Loss> => {
  const { encoder } = parts
  // What the guards let pass is not decided inside the function; the run checks it.
  const quantizer = parts.quantizer as Quantizer<Kind, D, QP, Q, Loss, Stages>
  const decoder = parts.decoder as unknown as Network<Map, Out, DP>
  const likelihood = parts.likelihood as Likelihood<Name, K>
  const [channels, ...positions] = encoder.output as Shape
  checkQuantizer(encoder.output, quantizer.dimension)
  checkCode('vqVae', encoder, decoder)
  checkLikelihood('vqVae', encoder.input, decoder.output, likelihood)
  type Params = VqVaeParams<EP, QP, DP>
  type Grid = GridOf<Map, Stages>
  const example = encoder.input
  const grid = [...positions, ...quantizer.stages] as Shape as Grid
  const observation = observationOf<S, Out, Name, K>(likelihood, example)
  const perExample = sizeOf(positions)

  const vectorsOf = <B extends number>(params: Params, x: Tensor<[B, ...S]>): Tensor<[number, D]> =>
    toVectors(
      encoder.apply(params.encoder)(x) as AnyTensor as Tensor<[number, number, ...number[]]>,
    ) as AnyTensor as Tensor<[number, D]>
  const mapsOf = <B extends number>(vectors: Tensor<[number, D]>, batch: number): Tensor<[B, ...Map]> =>
    fromVectors(vectors as AnyTensor as Tensor<[number, number]>, [
      batch,
      channels!,
      ...positions,
    ]) as AnyTensor as Tensor<[B, ...Map]>
  /** A number for each example as one for each of its vectors. */
  const spread = (weights: Tensor<[number]>): Tensor<[number]> =>
    reshape(broadcastTo(expandDims(weights, 1), [weights.shape[0], perExample]), [-1])
  /** A number for each vector as their sum for each example. */
  const perExampleSum = <B extends number>(loss: Tensor<[number]>, batch: B): Tensor<[B]> =>
    sum(shaped<[B, number]>(loss, [batch, perExample]), [1])

  const decodeIndices = <B extends number>(
    params: Params,
    state: Q,
    indices: TensorOf<[B, ...Grid], 'i32'>,
  ): Tensor<[B, ...Out]> => {
    const batch = batchOf(indices)
    const loose = indices as AnyTensor as TensorOf<number[], 'i32'>
    const flat = reshape(loose, [batch * perExample, ...(quantizer.stages as Shape)])
    const vectors = quantizer.decode(
      params.quantizer,
      state,
    )(flat as AnyTensor as TensorOf<[number, ...Stages], 'i32'>)
    return decoder.apply(params.decoder)(mapsOf<B>(vectors, batch))
  }

  const encodeVectors = <B extends number>(
    params: Params,
    state: Q,
    x: Tensor<[B, ...S]>,
  ): TensorOf<[B, ...Grid], 'i32'> => {
    const indices = quantizer.encode(params.quantizer, state)(vectorsOf(params, x))
    return reshape(indices as AnyTensor as TensorOf<number[], 'i32'>, [
      batchOf(x),
      ...(grid as Shape),
    ]) as AnyTensor as TensorOf<[B, ...Grid], 'i32'>
  }

  const examplesIn = <X extends Shape>(operation: string, x: unknown) =>
    batchFor<BatchOf<X>, S>(operation, 'an example', example, x)
  const indicesIn = <X extends Shape>(operation: string, indices: unknown) =>
    batchFor<BatchOf<X>, Grid, 'i32'>(operation, 'a grid of indices', grid, indices, 'i32')

  return {
    example,
    grid,
    codebooks: quantizer.codebooks,
    init: (key) => {
      const [forEncoder, forQuantizer, forDecoder] = split(key, 3)
      const { params, state } = quantizer.init(forQuantizer)
      const tree: Params = {
        encoder: encoder.init(forEncoder),
        quantizer: params,
        decoder: decoder.init(forDecoder),
      }
      return { params: markParameters(tree), state }
    },
    fit:
      (params) =>
      ({ examples, weights }, key, options) => {
        const fitted = quantizer.fit(vectorsOf(params, valuesOf(examples)), spread(weights), key, options)
        return { params: { ...params, quantizer: fitted.params }, state: fitted.state }
      },
    encode:
      (params, state) =>
      <X extends Shape>(x: unknown) =>
        encodeVectors(params, state, examplesIn<X>('encode', x)),
    decode:
      (params, state) =>
      <X extends Shape>(indices: unknown) =>
        decodeIndices(params, state, indicesIn<X>('decode', indices)),
    generate:
      (params, state) =>
      <X extends Shape>(indices: unknown) =>
        observation.mean(decodeIndices(params, state, indicesIn<X>('generate', indices))),
    reconstruct:
      (params, state) =>
      <X extends Shape>(x: unknown) =>
        observation.mean(
          decodeIndices(params, state, encodeVectors(params, state, examplesIn<X>('reconstruct', x))),
        ),
    objective:
      (hyper) =>
      <B extends number>(
        params: Params,
        state: Q,
        { examples, weights }: Batch<B, S, 'u8' | 'f32'>,
        key: Key,
      ): Evaluation<B, Q, VqTerms<B, Loss>> => {
        const x = valuesOf(examples)
        const batch = weights.shape[0]
        const codes = quantizer.quantize(params.quantizer, state)(vectorsOf(params, x), spread(weights), key)
        const output = decoder.apply(params.decoder)(mapsOf<B>(codes.quantized, batch))
        const reconstruction = neg(observation.logLikelihood(output, x))
        const losses = Object.entries<Tensor<[number]>>(codes.losses).map(
          ([name, loss]) => [name, perExampleSum(loss, batch)] as const,
        )
        const total = losses.reduce<Tensor<[B]>>(
          (sum, [name, loss]) => add(sum, mul(loss, weightOf(name, hyper))),
          reconstruction,
        )
        // Object.fromEntries forgets the names; they are those of the losses.
        const terms = { reconstruction, ...Object.fromEntries(losses) } as VqTerms<B, Loss>
        return { loss: weightedMean(total, weights), terms, state: codes.state }
      },
  }
}

/** The run-time twin of `QuantizerProblem`. Throws its message as a `ShapeError`. */
const checkQuantizer = (map: Shape, dimension: number): void => {
  if (map[0] !== dimension)
    throw new ShapeError(
      `vqVae: the encoder gives ${map[0]} features, ${showShape(map)}, the quantizer takes ${dimension}`,
    )
}
