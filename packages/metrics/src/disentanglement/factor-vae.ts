import { type Key, split, type Tensor, uniform } from '@vae/tensor'
import { includeVectors, momentsOf, noVectors } from '../moments.ts'
import { checkColumns, checkCount } from '../refusal.ts'

/** Codes `[L, Z]` of L examples that share one value of a factor, drawn anew for each key; other factors are random. */
export type FixedFactorSampler = (factor: number, key: Key) => Tensor<[number, number]>

/** How the FactorVAE score is estimated. */
export interface FactorVaeOptions {
  /** How many factors there are. */
  readonly factors: number
  /** Votes that train the classifier; 800 unless given. */
  readonly trainingVotes?: number
  /** Votes that test it; 800 unless given. */
  readonly testVotes?: number
  /** Codes whose standard deviation over the data is not above this are left out; 0 unless given. */
  readonly inactiveBelow?: number
  readonly key: Key
}

/** The FactorVAE score: the accuracy of a majority vote, from 1 / F by chance to 1. */
export interface FactorVaeScore {
  /** Accuracy on the test votes; 0 when no code is active. */
  readonly score: number
  readonly trainingScore: number
  /** How many codes take part. */
  readonly activeCodes: number
}

/** The variance of each code. */
const variancesOf = (codes: Tensor<[number, number]>): Float64Array => {
  const size = codes.shape[1]
  const { covariance } = momentsOf(includeVectors(noVectors(size), codes), 'sample')
  return Float64Array.from({ length: size }, (_, i) => covariance[i * (size + 1)]!)
}

/**
 * The FactorVAE score. For a random factor and codes that share its value, the code whose variance, relative to that of
 * the whole data set, is least, votes for that factor. The majority of the training votes of a code decides which factor
 * it stands for; the score is the accuracy of that on test votes. Several codes may stand for one factor unpunished.
 *
 * ```ts
 * const factors = 2
 * const codesOf = (key: Key) => uniform(key, [64, 2])
 * const sampler = (factor: number, key: Key) =>
 *   mul(codesOf(key), tensor([2], [factor === 0 ? 0 : 1, factor === 1 ? 0 : 1]))
 * factorVaeScore(codesOf(key(0)), sampler, { factors, key: key(1) }).score // → 1
 * ```
 *
 * @param codes codes `[N, Z]` of the data set, from which the variance of each code is taken
 * @see H. Kim, A. Mnih, "Disentangling by factorising" (ICML 2018), section 4
 */
export const factorVaeScore = (
  codes: Tensor<[number, number]>,
  sampler: FixedFactorSampler,
  { factors, trainingVotes = 800, testVotes = 800, inactiveBelow = 0, key }: FactorVaeOptions,
): FactorVaeScore => {
  checkCount('factorVaeScore', 'factors', factors)
  checkCount('factorVaeScore', 'trainingVotes', trainingVotes)
  checkCount('factorVaeScore', 'testVotes', testVotes)
  const variances = variancesOf(codes)
  const active = [...variances.keys()].filter((code) => Math.sqrt(variances[code]!) > inactiveBelow)
  if (active.length === 0) return { score: 0, trainingScore: 0, activeCodes: 0 }

  /** How often each active code voted for each factor, `[code][factor]`. */
  const votes = (from: Key, count: number): readonly Float64Array[] => {
    const table = active.map(() => new Float64Array(factors))
    const [forFactors, forSamples] = split(from)
    const chosen = uniform(forFactors, [count]).data
    let rest = forSamples
    for (const u of chosen) {
      const [now, next] = split(rest)
      rest = next
      const factor = Math.floor(u * factors)
      const drawn = sampler(factor, now)
      checkColumns('factorVaeScore', 'codes and sampled codes', codes, drawn)
      const local = variancesOf(drawn)
      const relative = active.map((code) => local[code]! / variances[code]!)
      table[relative.indexOf(Math.min(...relative))]![factor]!++
    }
    return table
  }
  const [forTraining, forTest] = split(key)
  const training = votes(forTraining, trainingVotes)
  const test = votes(forTest, testVotes)
  const standsFor = training.map((ofCode) => ofCode.indexOf(Math.max(...ofCode)))
  const correct = (table: readonly Float64Array[]) =>
    table.reduce((sum, ofCode, code) => sum + ofCode[standsFor[code]!]!, 0)
  return {
    score: correct(test) / testVotes,
    trainingScore: correct(training) / trainingVotes,
    activeCodes: active.length,
  }
}
