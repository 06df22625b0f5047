import type { Now, Tensor } from '@vae/tensor'
import { checkCount } from '../refusal.ts'
import { countsOf, defaultBins, entropyOf, informationMatrix } from './information.ts'
import { type GuardFactors, meanOf, observationsOf, twoLargest } from './observations.ts'

/** How codes become discrete. */
export interface Binning {
  /** Bins of equal width for each code; 20 unless given. */
  readonly bins?: number
}

/** The mutual information gap, 0 to 1, and that of each factor. */
export interface MutualInformationGap {
  readonly score: number
  readonly factors: readonly number[]
}

/**
 * The mutual information gap of codes `[N, Z]`, posterior means as a rule, in bins: for each factor, how much more the
 * best code tells of it than the second, as a share of its entropy; the score is the mean. This is the definition of
 * Locatello et al.; `mutualInformationGapOfPosteriors` is that of Chen et al., and gives other numbers.
 *
 * 1 where each factor has a code of its own; codes that hold several factors are not punished (`modularity` does that).
 * Of random codes it is not quite 0: each information is overestimated by about (bins − 1)(values − 1) / 2N nats.
 *
 * ```ts
 * const factors = tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1], 'i32')
 * mutualInformationGap(cast(factors, 'f32'), factors).score // → 1
 * mutualInformationGap(zeros([4, 2]), factors).score // → 0
 * ```
 *
 * Another number of factors than of codes does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * mutualInformationGap(zeros([4, 2]), zeros([3, 2]))
 * // error: mutualInformationGap: codes and factors differ: [4, 2] and [3, 2] (4 ≠ 3)
 * ```
 *
 * Throws a `RangeError` when a code is not finite or a factor takes one value only.
 *
 * @see F. Locatello et al., "Challenging common assumptions in the unsupervised learning of disentangled representations"
 * (ICML 2019), appendix B
 */
export const mutualInformationGap = <
  N extends number,
  Z extends number,
  M extends number,
  F extends number,
  Moment = Now,
>(
  codes: Tensor<[N, Z]>,
  factors: GuardFactors<Moment, 'mutualInformationGap', N, Z, M, F>,
  { bins = defaultBins }: Binning = {},
): MutualInformationGap => {
  checkCount('mutualInformationGap', 'bins', bins)
  const observations = observationsOf('mutualInformationGap', codes, factors as never)
  const gaps = informationMatrix(observations, bins).map((information, f) => {
    const [first, second] = twoLargest(information)
    return (first - second) / entropyOf(countsOf(observations.factors[f]!, observations.values[f]!))
  })
  return { score: meanOf(gaps), factors: gaps }
}
