import { numerics, type Shape, showShape, type Tensor, type TensorOf } from '@vae/tensor'
import { checkCount } from './refusal.ts'

/** How often each code of a codebook was chosen. An immutable value. */
export type CodeCounts = Float64Array

/**
 * The counts of a codebook of `size` codes before any was chosen: where `countCodes` starts.
 *
 * ```ts
 * noCodes(3) // → [0, 0, 0]
 * ```
 *
 * Throws a `RangeError` unless `size` is a whole number above 0.
 */
export const noCodes = (size: number): CodeCounts => {
  checkCount('noCodes', 'size', size)
  return new Float64Array(size)
}

/**
 * `counts` with the codes that a batch of B examples chose, `[B, …positions]`. Examples of weight 0 are padding and left
 * out; another weight counts as repetitions. Counts are sums of whole numbers, so neither order nor batch size matter.
 *
 * ```ts
 * countCodes(noCodes(3), tensor([2, 2], [0, 2, 2, 2], 'i32')) // → [1, 0, 3]
 * ```
 *
 * Throws a `RangeError` for a code that the codebook does not have.
 */
export const countCodes = <S extends Shape>(
  counts: CodeCounts,
  codes: TensorOf<S, 'i32'>,
  weights?: Tensor<[number]>,
): CodeCounts => {
  const examples = codes.shape[0] ?? 1
  if (weights !== undefined && weights.shape[0] !== examples)
    throw new RangeError(
      `countCodes: codes and weights differ: ${showShape(codes.shape)} and ${showShape(weights.shape)} ` +
        `(${examples} ≠ ${weights.shape[0]})`,
    )
  const positions = codes.data.length / examples
  const next = counts.slice()
  for (const [index, code] of codes.data.entries()) {
    const weight = weights === undefined ? 1 : weights.data[Math.floor(index / positions)]!
    if (weight === 0) continue
    if (!(code >= 0 && code < counts.length))
      throw new RangeError(`countCodes: codes must be from 0 to ${counts.length - 1}, got ${code}`)
    next[code]! += weight
  }
  return next
}

/** How a data set uses a codebook. */
export interface CodebookUse {
  /** How many codes were chosen at all. */
  readonly used: number
  /** Their share of the codebook, 0 to 1. */
  readonly usage: number
  /** e^entropy of the choice: from 1, where one code is always chosen, to the size, where all are equally often. */
  readonly perplexity: number
}

/**
 * Usage and perplexity of a codebook over all that was counted. Count a whole data set: both grow with the number of
 * examples, so those of a batch say as much about its size. Of no choice perplexity is NaN.
 *
 * ```ts
 * codebookUse(Float64Array.of(5, 5, 0, 0)) // → { used: 2, usage: 0.5, perplexity: 2 }
 * ```
 *
 * @see A. van den Oord, O. Vinyals, K. Kavukcuoglu, "Neural discrete representation learning" (NeurIPS 2017)
 */
export const codebookUse = (counts: CodeCounts): CodebookUse => {
  const total = counts.reduce((sum, count) => sum + count, 0)
  // log total − Σ count log count / total is the entropy, without a rounding for each share.
  const spread = counts.reduce((sum, count) => (count === 0 ? sum : sum + count * numerics.log(count)), 0)
  const used = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  return {
    used,
    usage: used / counts.length,
    perplexity: total === 0 ? Number.NaN : numerics.exp(numerics.log(total) - spread / total),
  }
}
