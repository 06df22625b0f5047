import type { Now, Tensor } from '@vae/tensor'
import { checkCount } from '../refusal.ts'
import { defaultBins, informationMatrix } from './information.ts'
import type { Binning } from './mig.ts'
import { type GuardFactors, meanOf, observationsOf } from './observations.ts'

/** Modularity, 0 to 1, and that of each code. */
export interface Modularity {
  readonly score: number
  readonly codes: readonly number[]
}

/**
 * Modularity of codes `[N, Z]` in bins: how far each code depends on one factor only. With mᵢf the mutual information of
 * code i and factor f and mᵢ the largest of them, a code has 1 − Σ mᵢf² / (mᵢ² (F − 1)), summed over the other factors;
 * one that tells nothing has 0. The score is the mean over codes, as in disentanglement_lib.
 *
 * ```ts
 * const factors = tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1], 'i32')
 * modularity(cast(factors, 'f32'), factors).score // → 1
 * modularity(tensor([4, 1], [0, 1, 2, 3]), factors).score // → 0
 * ```
 *
 * Another number of factors than of codes does not compile, or throws a `ShapeError`. Throws a `RangeError` for a single
 * factor, and when a code is not finite or a factor takes one value only.
 *
 * @see K. Ridgeway, M. Mozer, "Learning deep disentangled embeddings with the F-statistic loss" (NeurIPS 2018), section 3
 */
export const modularity = <
  N extends number,
  Z extends number,
  M extends number,
  F extends number,
  Moment = Now,
>(
  codes: Tensor<[N, Z]>,
  factors: GuardFactors<Moment, 'modularity', N, Z, M, F>,
  { bins = defaultBins }: Binning = {},
): Modularity => {
  checkCount('modularity', 'bins', bins)
  const observations = observationsOf('modularity', codes, factors as never)
  const others = observations.factors.length - 1
  if (others < 1) throw new RangeError(`modularity: at least two factors are needed, got ${others + 1}`)
  const information = informationMatrix(observations, bins)
  const scores = observations.codes.map((_, code) => {
    const squares = information.map((ofFactor) => ofFactor[code]! ** 2)
    const largest = Math.max(...squares)
    const rest = squares.reduce((sum, square) => sum + square, 0) - largest
    return largest === 0 ? 0 : 1 - rest / (largest * others)
  })
  return { score: meanOf(scores), codes: scores }
}
