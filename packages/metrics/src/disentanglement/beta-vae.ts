import { agreeing } from '@vae/models'
import { type Key, split, type Tensor, uniform } from '@vae/tensor'
import { checkCount } from '../refusal.ts'
import { accuracyOf, type LabelledRows, logisticRegression } from './logistic-regression.ts'

/**
 * Codes `[L, Z]` of L pairs of examples: row l of both shares the value of a factor, which differs from pair to pair,
 * and all other factors are random; drawn anew for each key.
 */
export type PairSampler = (
  factor: number,
  key: Key,
) => readonly [first: Tensor<[number, number]>, second: Tensor<[number, number]>]

/** How the β-VAE score is estimated. */
export interface BetaVaeOptions {
  /** How many factors there are. */
  readonly factors: number
  /** Points that train the classifier, each the mean over a batch of pairs; 1,000 unless given. */
  readonly trainingPoints?: number
  /** Points that test it; 500 unless given. */
  readonly testPoints?: number
  readonly key: Key
}

/** The β-VAE score: the accuracy of a linear classifier, from 1 / F by chance to 1. */
export interface BetaVaeScore {
  /** Accuracy on the test points. */
  readonly score: number
  readonly trainingScore: number
}

/** Mean over pairs of |first − second|, for each code. */
const meanDifference = (first: Tensor<[number, number]>, second: Tensor<[number, number]>): Float64Array => {
  agreeing('betaVaeScore', 'pairs', first, second)
  const [pairs, size] = first.shape
  const difference = new Float64Array(size)
  for (const [index, value] of first.data.entries())
    difference[index % size]! += Math.abs(value - second.data[index]!) / pairs
  return difference
}

/**
 * The β-VAE score: how well a linear classifier (multinomial logistic regression, as in disentanglement_lib) tells which
 * factor pairs of examples share, from the mean absolute difference of their codes. Codes that are rotated
 * have 1 too, except by 45°: it asks whether factors can be told, not whether codes are axes.
 *
 * ```ts
 * const sampler = (factor: number, from: Key) => {
 *   const [a, b] = split(from)
 *   const different = tensor([2], [factor === 0 ? 0 : 1, factor === 1 ? 0 : 1])
 *   const first = uniform(a, [64, 2])
 *   return [first, add(first, mul(sub(uniform(b, [64, 2]), first), different))] as const
 * }
 * betaVaeScore(sampler, { factors: 2, key: key(0), trainingPoints: 100, testPoints: 100 }).score // → 1
 * ```
 *
 * @see I. Higgins et al., "β-VAE: learning basic visual concepts with a constrained variational framework" (ICLR 2017),
 * section 3
 */
export const betaVaeScore = (
  sampler: PairSampler,
  { factors, trainingPoints = 1000, testPoints = 500, key }: BetaVaeOptions,
): BetaVaeScore => {
  checkCount('betaVaeScore', 'factors', factors)
  checkCount('betaVaeScore', 'trainingPoints', trainingPoints)
  checkCount('betaVaeScore', 'testPoints', testPoints)
  const points = (from: Key, count: number): LabelledRows => {
    const [forFactors, forSamples] = split(from)
    const labels = Int32Array.from(uniform(forFactors, [count]).data, (u) => Math.floor(u * factors))
    const rows: Float64Array[] = []
    let rest = forSamples
    for (const factor of labels) {
      const [now, next] = split(rest)
      rest = next
      rows.push(meanDifference(...sampler(factor, now)))
    }
    return { rows, labels }
  }
  const [forTraining, forTest] = split(key)
  const training = points(forTraining, trainingPoints)
  const classifier = logisticRegression(training, factors)
  return {
    score: accuracyOf(classifier, points(forTest, testPoints)),
    trainingScore: accuracyOf(classifier, training),
  }
}
