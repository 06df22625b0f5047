import {
  type AnyTensor,
  add,
  arange,
  broadcastTo,
  cast,
  div,
  exp,
  greater,
  less,
  log,
  mean,
  mul,
  type Now,
  neg,
  reshape,
  type Shape,
  scatterAdd,
  select,
  sizeOf,
  sum,
  type Tensor,
  type TensorOf,
  zeros,
} from '@vae/tensor'
import { checkLayerSizes, type GuardSize } from '../size.ts'

/**
 * How often each of K codes was used, by weight: indices `[N]` give `[K]`, and those of stages or groups, `[N, Q]`, give
 * `[Q, K]`. Add the histograms of batches for that of a data set. Dropped stages (index −1) and padding (weight 0) do not
 * count. Counts are exact up to 2²⁴.
 *
 * ```ts
 * const indices = tensor([4], [2, 0, 2, 1], 'i32')
 * codeHistogram(4)(indices, tensor([4], [1, 1, 1, 0])) // → [1, 0, 2, 0]
 * ```
 */
export const codeHistogram = <K extends number, Moment = Now>(
  codes: GuardSize<Moment, 'codeHistogram', 'codes', K>,
) => {
  const size = codes as K
  checkLayerSizes('codeHistogram', { codes: size })
  return <N extends number, Stages extends Shape>(
    indices: TensorOf<[N, ...Stages], 'i32'>,
    weights: Tensor<[N]>,
  ): Tensor<[...Stages, K]> => {
    // Stages are a type parameter, so that shapes are looked at by the run alone.
    const stages = indices.shape.slice(1)
    const [rows, columns] = [indices.shape[0], sizeOf(stages)]
    const flat: TensorOf<number[], 'i32'> = reshape(indices as TensorOf<number[], 'i32'>, [rows, columns])
    // Each stage counts in a range of its own; −1 must not fall into that of the stage before.
    const offsets = mul(arange(columns, 'i32'), size)
    const bins = select(less(flat, 0), -1, add(flat, offsets) as TensorOf<number[], 'i32'>)
    const shares = broadcastTo(reshape(weights, [rows, 1]), [rows, columns])
    const counts = scatterAdd(
      zeros([columns * size]),
      reshape(bins as TensorOf<number[], 'i32'>, [-1]) as TensorOf<[number], 'i32'>,
      reshape(shares as Tensor<number[]>, [-1]) as Tensor<[number]>,
      0,
    )
    return reshape(counts as Tensor<number[]>, [...stages, size]) as AnyTensor as Tensor<[...Stages, K]>
  }
}

/** Histograms whose last axis are the codes; what the others are only their types say. */
const loose = (histogram: AnyTensor): Tensor<number[]> => histogram as Tensor<number[]>

/**
 * e^H of the use of codes, with H in nats: how many codes would carry as much if all were used equally, from 1 to K.
 * `[…, K]` → `[…]`. Of the histogram of a whole data set: means over batches depend on their size.
 *
 * ```ts
 * codePerplexity(tensor([4], [5, 5, 0, 0])) // → 2
 * ```
 */
export const codePerplexity = <Stages extends Shape, K extends number>(
  histogram: Tensor<[...Stages, K]>,
): Tensor<Stages> => {
  const counts = loose(histogram)
  const p = div(counts, sum(counts, [-1], { keepDims: true }))
  // 0 · log 0 is 0
  const surprise = log(select(greater(p, 0), p, 1))
  return exp(neg(sum(mul(p, surprise), [-1]))) as AnyTensor as Tensor<Stages>
}

/**
 * The share of codes that were used at all, from 0 to 1: `[…, K]` → `[…]`.
 *
 * ```ts
 * codeUsage(tensor([4], [9, 1, 0, 0])) // → 0.5
 * ```
 */
export const codeUsage = <Stages extends Shape, K extends number>(
  histogram: Tensor<[...Stages, K]>,
): Tensor<Stages> => mean(cast(greater(loose(histogram), 0), 'f32'), [-1]) as AnyTensor as Tensor<Stages>

/**
 * What to tell whoever trains a model whose vectors use `used` of `of` codes, with that perplexity: a sentence when they use
 * at most `few` (an eighth unless given), or as few carry nearly all of them, else null.
 *
 * ```ts
 * codebookWarning({ used: 9, perplexity: 5.34 }, 512)
 * // → 'codebook collapse: 9 of 512 codes are used, perplexity 5.3; restart dead codes, start from k-means or take fewer codes'
 * codebookWarning({ used: 500, perplexity: 340 }, 512) // → null
 * ```
 */
export const codebookWarning = (
  { used, perplexity }: { readonly used: number; readonly perplexity: number },
  of: number,
  few = of / 8,
): string | null =>
  used <= few || perplexity <= few / 2
    ? `codebook collapse: ${used} of ${of} codes are used, perplexity ${perplexity.toFixed(1)}; ` +
      'restart dead codes, start from k-means or take fewer codes'
    : null
