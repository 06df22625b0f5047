import {
  add,
  broadcastTo,
  div,
  greater,
  type Key,
  less,
  logicalAnd,
  mul,
  ones,
  reshape,
  scatterAdd,
  select,
  sum,
  type Tensor,
  type TensorOf,
  zeros,
} from '@vae/tensor'
import { type Metric, unitRows } from './codebook.ts'
import { alongRows, replaceRows, shuffled } from './restart.ts'

/** A codebook of K codes that follows averages of what is quantized. */
export interface EmaState<K extends number, D extends number> {
  readonly codebook: Tensor<[K, D]>
  /** Average number of vectors of a code in a step. */
  readonly count: Tensor<[K]>
  /** Average sum of the vectors of a code in a step. */
  readonly sum: Tensor<[K, D]>
}

/** The state of a codebook, each code as if it were the mean of `count` vectors. */
export const emaState = <K extends number, D extends number>(
  codebook: Tensor<[K, D]>,
  count: Tensor<[K]> = ones([codebook.shape[0]]),
): EmaState<K, D> => ({ codebook, count, sum: mul(codebook, reshape(count, [count.shape[0], 1])) })

/** How averages follow. */
export interface Averaging {
  readonly decay: number
  /** Laplace smoothing of the counts. */
  readonly smoothing: number
  readonly metric: Metric
}

/** A step of an average, which keeps the shape of its operands. */
const towards = (decay: number) => {
  return <S extends readonly number[]>(average: Tensor<S>, now: Tensor<S>): Tensor<S> =>
    add(mul(average, decay), mul(now, 1 - decay)) as Tensor<S>
}

/**
 * Exponential moving averages after a step: Nᵢ ← γ Nᵢ + (1 − γ) nᵢ and mᵢ ← γ mᵢ + (1 − γ) Σ x over the nᵢ vectors of
 * code i, and eᵢ = mᵢ / N̂ᵢ with the smoothed counts N̂ᵢ = (Nᵢ + ε) / (ΣN + K ε) · ΣN. Van den Oord et al. (2017),
 * appendix A.1; the smoothing is that of Sonnet. Codes of a cosine codebook are eᵢ = mᵢ / ‖mᵢ‖, and
 * stay where nothing came, as mᵢ keeps its direction then.
 *
 * @param x `[N, D]`, for a cosine codebook of length 1
 * @param indices `[N]`
 * @param weights `[N]`
 */
export const emaStep =
  ({ decay, smoothing, metric }: Averaging) =>
  <N extends number, K extends number, D extends number>(
    state: EmaState<K, D>,
    x: Tensor<[N, D]>,
    indices: TensorOf<[N], 'i32'>,
    weights: Tensor<[N]>,
  ): EmaState<K, D> => {
    const [codes, dimension] = state.codebook.shape
    const average = towards(decay)
    const arrived: Tensor<[K]> = scatterAdd(zeros([codes]), indices, weights, 0)
    const weighted = mul(x, reshape(weights, [weights.shape[0], 1]))
    const count = average(state.count, arrived)
    const total = average(state.sum, scatterAdd(zeros([codes, dimension]), indices, weighted, 0))
    if (metric === 'cosine') {
      const used = alongRows(greater(arrived, 0), total)
      return { codebook: select(used, unitRows(total), state.codebook), count, sum: total }
    }
    const all = sum(count, [0])
    const smoothed = mul(div(add(count, smoothing), add(all, codes * smoothing)), all)
    return { codebook: div(total, reshape(smoothed, [codes, 1])), count, sum: total }
  }

/**
 * The state with its dead codes, those that got less than `threshold` times as many vectors as codes get on average,
 * replaced by random vectors of the batch. Their averages start anew, as those of a code of average use: a mean of old
 * and new would pull them back to where nothing is.
 */
export const restartDeadCodes = <N extends number, K extends number, D extends number>(
  threshold: number,
  { codebook, count, sum: total }: EmaState<K, D>,
  x: Tensor<[N, D]>,
  weights: Tensor<[N]>,
  key: Key,
): EmaState<K, D> => {
  const [codes] = codebook.shape
  const usual = div(sum(count, [0]), codes)
  const candidates = shuffled(x, weights, key)
  const dead = logicalAnd(less(count, mul(usual, threshold)), greater(candidates.available, 0))
  const restarted = replaceRows(codebook, dead, candidates)
  return {
    codebook: restarted,
    count: select(dead, broadcastTo(usual, [codes]), count),
    sum: select(alongRows(dead, total), mul(restarted, usual), total),
  }
}
