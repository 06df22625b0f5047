import { numerics } from '@vae/tensor'
import { minimize } from './minimize.ts'

/** A linear classifier: scores w · x + b of each class. */
export interface LinearClassifier {
  /** `[classes][features]`. */
  readonly weights: readonly Float64Array[]
  readonly biases: Float64Array
}

/** Rows of features with the class of each. */
export interface LabelledRows {
  readonly rows: readonly Float64Array[]
  readonly labels: Int32Array
}

/** The class with the highest score; the first of equals. */
export const classify = ({ weights, biases }: LinearClassifier, row: Float64Array): number => {
  let [best, highest] = [0, Number.NEGATIVE_INFINITY]
  for (const [c, weight] of weights.entries()) {
    let score = biases[c]!
    for (const [i, value] of row.entries()) score += weight[i]! * value
    if (score > highest) [best, highest] = [c, score]
  }
  return best
}

/** The share of rows that are classified as they are labelled. */
export const accuracyOf = (classifier: LinearClassifier, { rows, labels }: LabelledRows): number =>
  rows.reduce((sum, row, i) => sum + (classify(classifier, row) === labels[i] ? 1 : 0), 0) / rows.length

/**
 * Multinomial logistic regression: the minimum of Σ −log softmax(w x + b) + ½ ‖w‖² over all rows, biases unpenalised,
 * which is what scikit-learn does by default (C = 1). Deterministic.
 */
export const logisticRegression = ({ rows, labels }: LabelledRows, classes: number): LinearClassifier => {
  const features = rows[0]!.length
  const width = features + 1
  const scores = new Float64Array(classes)
  const objective = (parameters: Float64Array) => {
    const gradient = new Float64Array(parameters.length)
    let value = 0
    for (let c = 0; c < classes; c++)
      for (let i = 0; i < features; i++) {
        const weight = parameters[c * width + i]!
        value += 0.5 * weight * weight
        gradient[c * width + i] = weight
      }
    for (const [n, row] of rows.entries()) {
      let largest = Number.NEGATIVE_INFINITY
      for (let c = 0; c < classes; c++) {
        let score = parameters[c * width + features]!
        for (let i = 0; i < features; i++) score += parameters[c * width + i]! * row[i]!
        scores[c] = score
        largest = Math.max(largest, score)
      }
      const label = labels[n]!
      value -= scores[label]! - largest
      let total = 0
      for (let c = 0; c < classes; c++) {
        scores[c] = numerics.exp(scores[c]! - largest)
        total += scores[c]!
      }
      value += numerics.log(total)
      for (let c = 0; c < classes; c++) {
        const residual = scores[c]! / total - (c === label ? 1 : 0)
        for (let i = 0; i < features; i++) gradient[c * width + i]! += residual * row[i]!
        gradient[c * width + features]! += residual
      }
    }
    return { value, gradient }
  }
  const solution = minimize(objective, new Float64Array(classes * width))
  return {
    weights: Array.from({ length: classes }, (_, c) => solution.slice(c * width, c * width + features)),
    biases: Float64Array.from({ length: classes }, (_, c) => solution[c * width + features]!),
  }
}
