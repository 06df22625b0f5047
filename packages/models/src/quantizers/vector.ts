import {
  embed,
  type Guard,
  type Key,
  markParameters,
  maximum,
  mul,
  type Now,
  split,
  stopGradient,
  type Tensor,
  type TensorOf,
} from '@vae/tensor'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import { comparedDistances, initialCodes, nearestCode, preparedFor, squaredDistance } from './codebook.ts'
import { type EmaState, emaState, emaStep, restartDeadCodes } from './ema.ts'
import { entropyPenalty } from './entropy.ts'
import { type Estimator, estimators } from './estimator.ts'
import { kMeans } from './k-means.ts'
import { type Quantized, type Quantizer, quantizerOf } from './quantizer.ts'
import {
  type AnyVectorQuantizerOptions,
  type CodebookParams,
  type LossesOf,
  type ParamsOfLearning,
  type StateOfLearning,
  type VectorOptionsProblem,
  vectorOptions,
} from './vector-options.ts'

/** A quantizer with one codebook of K codes with D features. */
export interface VectorQuantizer<D extends number, K extends number, O extends AnyVectorQuantizerOptions>
  extends Quantizer<
    'vectorQuantizer',
    D,
    ParamsOfLearning<K, D>[O['learning']],
    StateOfLearning<K, D>[O['learning']],
    LossesOf<O>
  > {
  readonly options: O
  /** The codes, `[K, D]`; of length 1 for a cosine codebook. */
  readonly codebook: (
    params: ParamsOfLearning<K, D>[O['learning']],
    state: StateOfLearning<K, D>[O['learning']],
  ) => Tensor<[K, D]>
}

/**
 * Vectors as the nearest of K codes. Van den Oord et al., "Neural discrete representation learning" (VQ-VAE, 2017).
 *
 * ```ts
 * const quantizer = vectorQuantizer(64, 512, { learning: 'ema', restart: { threshold: 0.1 } })
 * const { params, state } = quantizer.init(key(0))
 * const result = quantizer.quantize(params, state)(normal(key(1), [128, 64]), ones([128]), key(2))
 * result.quantized // Tensor<[128, 64]>
 * result.indices // TensorOf<[128], 'i32'>
 * result.losses.commitment // Tensor<[128]>
 * ```
 *
 * The vectors are quantized by the codebook as it is; the state that comes back has moved on. Losses are
 * - `commitment`: ‖x − sg(e)‖², which keeps x at its code (equation 3, third term, without its β);
 * - `codebook`: ‖sg(x) − e‖², which brings the code to x (second term), for a codebook that learns by gradients;
 * - `entropy`: see `entropyPenalty`, where `entropy` is given. It stores an assignment of each vector to each code.
 *
 * Against unused codes help `fit` (k-means on a sample), `restart`, 'cosine' codebooks (Yu et al., "Vector-quantized image
 * modeling with improved VQGAN", 2021), the estimator 'rotation' and `entropy`. Options that do not fit each other do not
 * compile, or throw a `ShapeError`.
 *
 * ```ts
 * vectorQuantizer(64, 512, { learning: 'gradient', estimator: 'rotation' })
 * // error: vectorQuantizer: estimator 'rotation' needs a codebook of learning 'ema', learning is 'gradient'
 * ```
 */
export const vectorQuantizer = <
  D extends number,
  K extends number,
  const O extends AnyVectorQuantizerOptions,
  Moment = Now,
>(
  dimension: GuardSize<Moment, 'vectorQuantizer', 'dimension', D>,
  codes: GuardSize<Moment, 'vectorQuantizer', 'codes', K>,
  options: Guard<VectorOptionsProblem<O>, O>,
): VectorQuantizer<D, K, O> => {
  const [features, size] = [dimension as D, codes as K]
  checkLayerSizes('vectorQuantizer', { dimension: features, codes: size })
  const checked = vectorOptions(options)
  const { learning, metric = 'euclidean', entropy } = checked
  const estimate = estimators[(checked.estimator ?? 'straight-through') satisfies Estimator]

  // One of both is empty, and which one is what O says.
  type Params = ParamsOfLearning<K, D>[O['learning']]
  type State = StateOfLearning<K, D>[O['learning']]
  const startOf = (params: unknown, state: unknown) => ({
    params: markParameters(params as Params),
    state: state as State,
  })
  const codebookOf = (params: Params, state: State): Tensor<[K, D]> =>
    learning === 'ema'
      ? (state as EmaState<K, D>).codebook
      : preparedFor(metric, (params as CodebookParams<K, D>).codebook)

  const nextState = <N extends number>(
    state: State,
    x: Tensor<[N, D]>,
    indices: TensorOf<[N], 'i32'>,
    weights: Tensor<[N]>,
    key: Key,
  ): State => {
    if (checked.learning === 'gradient') return state
    const { decay = 0.99, smoothing = 1e-5, restart } = checked
    const vectors = stopGradient(x)
    const moved = emaStep({ decay, smoothing, metric })(state as EmaState<K, D>, vectors, indices, weights)
    const next =
      restart === undefined ? moved : restartDeadCodes(restart.threshold, moved, vectors, weights, key)
    return next as State
  }

  const quantizer = quantizerOf<'vectorQuantizer', D, Params, State, LossesOf<O>, []>({
    kind: 'vectorQuantizer',
    dimension: features,
    codes: size,
    codebooks: [size],
    stages: [],
    init: (key) => {
      const codebook = initialCodes(split(key, 1)[0], size, features, metric)
      return learning === 'ema' ? startOf({}, emaState(codebook)) : startOf({ codebook }, {})
    },
    quantize:
      (params, state) =>
      <N extends number>(input: Tensor<[N, D]>, weights: Tensor<[N]>, key: Key) => {
        const x = preparedFor(metric, input)
        const codebook = codebookOf(params, state)
        const indices = nearestCode(codebook, x)
        const chosen: Tensor<[N, D]> = embed(codebook, indices)
        const logits = (temperature: number): Tensor<[N, K]> =>
          mul(comparedDistances(codebook, x), -1 / temperature)
        const losses = {
          commitment: squaredDistance(x, stopGradient(chosen)),
          ...(learning === 'gradient' && { codebook: squaredDistance(stopGradient(x), chosen) }),
          ...(entropy && { entropy: entropyPenalty(logits(entropy.temperature), weights) }),
        }
        return {
          quantized: estimate(x, chosen),
          indices,
          losses: losses as Quantized<N, D, [], LossesOf<O>, State>['losses'],
          state: nextState(state, x, indices, weights, key),
        }
      },
    encode: (params, state) => (x) => nearestCode(codebookOf(params, state), preparedFor(metric, x)),
    decode:
      (params, state) =>
      <N extends number>(indices: TensorOf<[N], 'i32'>): Tensor<[N, D]> =>
        embed(codebookOf(params, state), indices),
    fit: (x, weights, key, how) => {
      const { centers, counts } = kMeans(size, how, metric)({ x, weights }, key)
      // A code that got nothing stays where it is: without a count, smoothing would move it to the origin.
      return learning === 'ema'
        ? startOf({}, emaState(centers, maximum(counts, 1)))
        : startOf({ codebook: centers }, {})
    },
  })
  return { ...quantizer, options: checked as O, codebook: codebookOf }
}
