import { numerics } from '@vae/tensor'
import { binsOf, thresholdsOf } from './feature-bins.ts'
import { fitTree, predict } from './regression-tree.ts'

/** Feature columns with the class of each row. */
export interface LabelledColumns {
  readonly columns: readonly Float64Array[]
  readonly labels: Int32Array
}

/** How many trees there are for each class, how deep, and how far each is followed. */
export interface BoostingOptions {
  readonly stages: number
  readonly depth: number
  readonly learningRate: number
}

/** What scikit-learn's `GradientBoostingClassifier` does unless told otherwise. */
export const defaultBoosting: BoostingOptions = { stages: 100, depth: 3, learningRate: 0.1 }

/** A classifier, judged. */
export interface BoostedClassifier {
  /** The share of each feature in all reductions of the sum of squares; all 0 if no tree found a split. */
  readonly importances: Float64Array
  readonly trainingAccuracy: number
  readonly testAccuracy: number
}

/** Scores of each class, `[class][row]`. */
type Scores = readonly Float64Array[]

/** The share of rows whose label has the highest score, the first of equals. */
const accuracyOf = (scores: Scores, labels: Int32Array): number => {
  let correct = 0
  for (const [row, label] of labels.entries()) {
    let best = 0
    for (let c = 1; c < scores.length; c++) if (scores[c]![row]! > scores[best]![row]!) best = c
    if (best === label) correct++
  }
  return correct / labels.length
}

/** For each class: whether a row belongs to it, less the probability that the scores give it. */
const residualsOf = (scores: Scores, labels: Int32Array): Scores => {
  const residuals = scores.map((ofClass) => new Float64Array(ofClass.length))
  for (const [row, label] of labels.entries()) {
    let largest = Number.NEGATIVE_INFINITY
    for (const ofClass of scores) largest = Math.max(largest, ofClass[row]!)
    let total = 0
    for (const [c, ofClass] of scores.entries()) {
      const relative = numerics.exp(ofClass[row]! - largest)
      residuals[c]![row] = relative
      total += relative
    }
    for (const [c, ofClass] of residuals.entries())
      ofClass[row] = (c === label ? 1 : 0) - ofClass[row]! / total
  }
  return residuals
}

/**
 * Gradient boosting for classes 0 to `classes` − 1 with the multinomial deviance: in each stage one shallow regression
 * tree per class on its residuals, leaves by one Newton step. Splits are looked for between 128 bins of each feature at
 * most, else at every value. Deterministic.
 *
 * @see J. Friedman, "Greedy function approximation: a gradient boosting machine" (2001), algorithm 6
 */
export const gradientBoosting = (
  training: LabelledColumns,
  test: LabelledColumns,
  classes: number,
  { stages, depth, learningRate }: BoostingOptions = defaultBoosting,
): BoostedClassifier => {
  const thresholds = training.columns.map(thresholdsOf)
  const sides = [training, test].map(({ columns, labels }) => {
    const prior = (c: number) =>
      training.labels.reduce((sum, label) => sum + (label === c ? 1 : 0), 0) / training.labels.length
    return {
      bins: columns.map((column, feature) => binsOf(column, thresholds[feature]!)),
      scores: Array.from({ length: classes }, (_, c) =>
        new Float64Array(labels.length).fill(numerics.log(prior(c))),
      ),
    }
  })
  const { bins, scores } = sides[0]!
  const importances = new Float64Array(training.columns.length)
  for (let stage = 0; stage < stages; stage++)
    for (const [c, residuals] of residualsOf(scores, training.labels).entries()) {
      const { tree, gains } = fitTree(bins, residuals, depth, (rows) => {
        let [slope, curvature] = [0, 0]
        for (const row of rows) {
          const residual = residuals[row]!
          slope += residual
          curvature += Math.abs(residual) * (1 - Math.abs(residual))
        }
        // Where every row is certain there is nothing left to correct.
        return curvature < 1e-150 ? 0 : (((classes - 1) / classes) * slope) / curvature
      })
      for (const [feature, gain] of gains.entries()) importances[feature]! += gain
      for (const side of sides) {
        const ofClass = side.scores[c]!
        for (let row = 0; row < ofClass.length; row++)
          ofClass[row]! += learningRate * predict(tree, side.bins, row)
      }
    }
  const total = importances.reduce((sum, value) => sum + value, 0)
  return {
    importances: total === 0 ? importances : importances.map((value) => value / total),
    trainingAccuracy: accuracyOf(scores, training.labels),
    testAccuracy: accuracyOf(sides[1]!.scores, test.labels),
  }
}
