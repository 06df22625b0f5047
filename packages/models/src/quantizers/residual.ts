import {
  type AnyTensor,
  add,
  broadcastTo,
  cast,
  floor,
  type Guard,
  type Key,
  less,
  mul,
  type Now,
  type Repeat,
  reshape,
  select,
  slice,
  split,
  stack,
  stopGradient,
  sub,
  type Tensor,
  type TensorOf,
  uniform,
  zeros,
  zipTree,
} from '@vae/tensor'
import type { GuardSize } from '../size.ts'
import { estimators } from './estimator.ts'
import { scaleLosses, sumLosses } from './losses.ts'
import { type Quantizer, quantizerOf } from './quantizer.ts'
import { checkStages, type DropoutOptions, type GuardMinimum, type StageProblem } from './residual-options.ts'
import type { VectorQuantizer } from './vector.ts'
import type {
  AnyVectorQuantizerOptions,
  LossesOf,
  ParamsOfLearning,
  StateOfLearning,
} from './vector-options.ts'

/** Q stages, each of which quantizes what those before leave. */
export interface ResidualQuantizer<
  D extends number,
  K extends number,
  O extends AnyVectorQuantizerOptions,
  Q extends number,
> extends Quantizer<
    'residualQuantizer',
    D,
    Repeat<ParamsOfLearning<K, D>[O['learning']], Q>,
    Repeat<StateOfLearning<K, D>[O['learning']], Q>,
    LossesOf<O>,
    [Q]
  > {
  readonly stage: VectorQuantizer<D, K, O>
}

/** `next` while a stage is active, else `previous`, for every tensor of its state. */
const whileActive = <S>(active: TensorOf<[], 'bool'>, next: S, previous: S): S =>
  // A state is a record of tensors; which one is up to the options of the stage.
  zipTree(
    (now, before) => select(broadcastTo(active, now.shape), now, before),
    next as Record<string, Tensor<number[]>>,
    previous as Record<string, Tensor<number[]>>,
  ) as S

/**
 * Residual vector quantization: the first stage quantizes the vectors, each further stage what is left, and the result is
 * the sum of the codes. All stages have the options of `stage` and a codebook of their own. The estimator is applied to
 * the sum, once, so that straight-through gradients are those of the identity. Zeghidour et al., "SoundStream" (2021),
 * algorithm 1 and section III-C for dropout.
 *
 * ```ts
 * const stage = vectorQuantizer(64, 1024, { learning: 'ema', estimator: 'rotation' })
 * const quantizer = residualQuantizer(stage, 4, { dropout: { minimum: 1 } })
 * const { params, state } = quantizer.init(key(0))
 * quantizer.encode(params, state)(zeros([128, 64])) // TensorOf<[128, 4], 'i32'>
 * ```
 *
 * With dropout, `quantize` draws the number of stages for the whole batch: the indices of the others are −1, their losses
 * 0, and their codebooks stay as they are. `encode` always uses all stages; set indices to −1 to decode fewer.
 *
 * Stages with a cosine codebook, and a minimum beyond the stages, do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * residualQuantizer(vectorQuantizer(64, 1024, { learning: 'ema' }), 4, { dropout: { minimum: 5 } })
 * // error: residualQuantizer: minimum must lie between 1 and 4 stages, got 5
 * ```
 */
export const residualQuantizer = <
  D extends number,
  K extends number,
  O extends AnyVectorQuantizerOptions,
  Q extends number,
  M extends number = 1,
  Moment = Now,
>(
  stage: Guard<StageProblem<O>, VectorQuantizer<D, K, O>>,
  stages: GuardSize<Moment, 'residualQuantizer', 'stages', Q>,
  { dropout }: DropoutOptions<GuardMinimum<Moment, M, Q>> = {},
): ResidualQuantizer<D, K, O, Q> => {
  const [one, count] = [stage as VectorQuantizer<D, K, O>, stages as Q]
  const minimum = dropout?.minimum as M | undefined
  checkStages(one.options.metric, count, minimum)
  const { dimension } = one
  const [size] = one.codebooks as readonly [number]
  const estimate = estimators[one.options.estimator ?? 'straight-through']

  type P = ParamsOfLearning<K, D>[O['learning']]
  type S = StateOfLearning<K, D>[O['learning']]
  // A list of Q elements, which is what a tuple of them is.
  type Params = Repeat<P, Q>
  type State = Repeat<S, Q>
  const places = Array.from({ length: count }, (_, q) => q)
  const at = <T>(list: unknown, q: number): T => (list as readonly T[])[q]!
  const tuple = <T>(list: readonly T[]): Repeat<T, Q> => list as unknown as Repeat<T, Q>
  const starts = (list: readonly { readonly params: P; readonly state: S }[]) => ({
    params: tuple(list.map(({ params }) => params)),
    state: tuple(list.map(({ state }) => state)),
  })
  // One column for each of Q stages.
  const joined = <N extends number>(columns: readonly AnyTensor[]) =>
    stack(columns, 1) as AnyTensor as TensorOf<[N, Q], 'i32'>

  /** How many stages a step keeps. */
  const kept = (key: Key): Tensor<[]> | null =>
    minimum === undefined ? null : add(floor(mul(uniform(key, []), count - minimum + 1)), minimum)

  const quantizer = quantizerOf<'residualQuantizer', D, Params, State, LossesOf<O>, [Q]>({
    kind: 'residualQuantizer',
    dimension,
    codes: size ** count,
    codebooks: places.map(() => size),
    stages: [count],
    init: (key) => starts(split<number>(key, count).map((forStage) => one.init(forStage))),
    quantize:
      (params, state) =>
      <N extends number>(x: Tensor<[N, D]>, weights: Tensor<[N]>, key: Key) => {
        const [forDropout, ...keys] = split<number>(key, count + 1)
        const active = kept(forDropout!)
        let rest = x
        let total: Tensor<[N, D]> = zeros([x.shape[0], dimension])
        const results = places.map((q) => {
          const before = at<S>(state, q)
          const result = one.quantize(at<P>(params, q), before)(rest, weights, keys[q]!)
          const code: Tensor<[N, D]> = stopGradient(result.quantized)
          rest = sub(rest, code)
          if (active === null) {
            total = add(total, code)
            return result
          }
          const on = less(q, active)
          const factor: Tensor<[]> = cast(on, 'f32')
          total = add(total, mul(code, factor))
          const indices: TensorOf<[N], 'i32'> = select(broadcastTo(on, [x.shape[0]]), result.indices, -1)
          return {
            indices,
            losses: scaleLosses(result.losses, factor),
            state: whileActive(on, result.state, before),
          }
        })
        return {
          quantized: estimate(x, total),
          indices: joined<N>(results.map(({ indices }) => indices)),
          losses: sumLosses(results.map(({ losses }) => losses)),
          state: tuple(results.map((result) => result.state)),
        }
      },
    encode:
      (params, state) =>
      <N extends number>(x: Tensor<[N, D]>) => {
        let rest = x
        const columns = places.map((q) => {
          const [p, s] = [at<P>(params, q), at<S>(state, q)]
          const indices = one.encode(p, s)(rest)
          rest = sub(rest, one.decode(p, s)(indices))
          return indices
        })
        return joined<N>(columns)
      },
    decode:
      (params, state) =>
      <N extends number>(indices: TensorOf<[N, Q], 'i32'>) => {
        const rows = indices.shape[0]
        const codes = places.map((q): Tensor<[N, D]> => {
          const column = reshape(slice(indices as TensorOf<number[], 'i32'>, 1, q, q + 1), [rows])
          return one.decode(at<P>(params, q), at<S>(state, q))(column as TensorOf<[N], 'i32'>)
        })
        return codes.reduce((sum, code) => add(sum, code))
      },
    fit: (x, weights, key, options) => {
      let rest = x
      const keys = split<number>(key, count)
      return starts(
        places.map((q) => {
          const start = one.fit(rest, weights, keys[q]!, options)
          const { params, state } = start
          rest = sub(rest, one.decode(params, state)(one.encode(params, state)(rest)))
          return start
        }),
      )
    },
  })
  return { ...quantizer, stage: one }
}
