import type { Now, Tensor } from '@vae/tensor'
import { linearSvm } from './linear-svm.ts'
import {
  type Factors,
  type GuardFactors,
  meanOf,
  observationsOf,
  twoLargest,
  valuesInOrder,
} from './observations.ts'
import { splitObservations } from './split.ts'

/** Separated attribute predictability, 0 to 1, and how well each code alone predicts each factor, `[factor][code]`. */
export interface Sap {
  readonly score: number
  readonly predictability: readonly (readonly number[])[]
}

const gapsOf = (predictability: readonly (readonly number[])[]): Sap => ({
  score: meanOf(
    predictability.map((ofFactor) => {
      const [first, second] = twoLargest(ofFactor)
      return first - second
    }),
  ),
  predictability,
})

/** C of the support vector machine, as in disentanglement_lib. */
const cost = 0.01

/** Test accuracy of a linear support vector machine for each value against the rest, on one code. */
const classificationAccuracy = (
  training: { readonly code: Float64Array; readonly labels: Int32Array; readonly values: number },
  test: { readonly code: Float64Array; readonly labels: Int32Array },
): number => {
  const { code, labels, values } = training
  const counts = new Float64Array(values)
  for (const label of labels) counts[label]!++
  // Balanced: a value counts as much as any other, however rare. With more than two values liblinear gives the rest the
  // cost of an example.
  const costOf = (value: number): number => (cost * labels.length) / (values * counts[value]!)
  const scores = Array.from(counts, (_, value) =>
    linearSvm({
      values: code,
      positive: (row) => labels[row] === value,
      costs: { positive: costOf(value), negative: values === 2 ? costOf(1 - value) : cost },
    }),
  )
  let correct = 0
  for (const [row, label] of test.labels.entries()) {
    const x = test.code[row]!
    let best = 0
    for (const [value, { weight, bias }] of scores.entries())
      if (weight * x + bias > scores[best]!.weight * x + scores[best]!.bias) best = value
    if (best === label) correct++
  }
  return correct / test.labels.length
}

/**
 * The SAP score of factors whose values are in no order: for each factor, how much better the best code `[N, Z]` alone
 * predicts it than the second, by the test accuracy of a linear support vector machine, as in disentanglement_lib; the
 * score is the mean. A code that tells nothing is right by chance, so the largest score of a factor with two balanced
 * values is ½. Random codes score about 0.
 *
 * ```ts
 * const factors = tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1], 'i32')
 * const codes = mul(cast(factors, 'f32'), 100)
 * sap(codes, factors, codes, factors).score // → 0.5
 * ```
 *
 * Another number of factors than of codes does not compile, or throws a `ShapeError`. Throws a `RangeError` when a code
 * is not finite, a factor takes one value only, or a value occurs in test data only.
 *
 * @see A. Kumar, P. Sattigeri, A. Balakrishnan, "Variational inference of disentangled latent concepts from unlabeled
 * observations" (ICLR 2018), section 3
 */
export const sap = <
  N extends number,
  Z extends number,
  M extends number,
  F extends number,
  T extends number,
  U extends number,
  Moment = Now,
>(
  codes: Tensor<[N, Z]>,
  factors: GuardFactors<Moment, 'sap', N, Z, M, F>,
  testCodes: Tensor<[T, NoInfer<Z>]>,
  testFactors: GuardFactors<Moment, 'sap', T, Z, U, F>,
): Sap => {
  // Inside the function guards are not decided yet; the run checks the rows.
  const { training, test } = splitObservations(
    'sap',
    [codes, factors as never],
    [testCodes, testFactors as never],
  )
  return gapsOf(
    training.factors.map((labels, f) =>
      training.codes.map((code, i) =>
        classificationAccuracy(
          { code, labels, values: training.values[f]! },
          { code: test.codes[i]!, labels: test.factors[f]! },
        ),
      ),
    ),
  )
}

/** R² of the regression of y on x, 0 where x is constant. */
const determination = (x: Float64Array, y: ArrayLike<number>): number => {
  const n = x.length
  const center = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / n
  const [meanX, meanY] = [center(x), center(y)]
  let [xx, xy, yy] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY]
    xx += dx * dx
    xy += dx * dy
    yy += dy * dy
  }
  return xx <= 1e-12 * n ? 0 : (xy * xy) / (xx * yy)
}

/**
 * The SAP score of factors whose values are ordered, such as sizes and positions: for each factor, how much better the
 * best code `[N, Z]` alone explains it than the second, by R² of linear regression; the score is the mean. A code of
 * variance below 10⁻¹² explains nothing. Of random codes each R² is about 1 / N.
 *
 * ```ts
 * const factors = tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1], 'i32')
 * sapOfOrderedFactors(cast(factors, 'f32'), factors).score // → 1
 * ```
 *
 * Another number of factors than of codes does not compile, or throws a `ShapeError`. Throws a `RangeError` when a code
 * is not finite or a factor takes one value only.
 *
 * @see A. Kumar et al. (ICLR 2018), section 3
 */
export const sapOfOrderedFactors = <
  N extends number,
  Z extends number,
  M extends number,
  F extends number,
  Moment = Now,
>(
  codes: Tensor<[N, Z]>,
  factors: GuardFactors<Moment, 'sapOfOrderedFactors', N, Z, M, F>,
): Sap => {
  // Inside the function the guard is not decided yet; the run checks the rows.
  const labels = factors as unknown as Factors<number, number>
  const observations = observationsOf('sapOfOrderedFactors', codes, labels)
  // Numbers of values would make distances between them equal.
  const original = valuesInOrder(labels)
  return gapsOf(
    observations.factors.map((places, f) => {
      const column = Float64Array.from(places, (place) => original[f]![place]!)
      return observations.codes.map((code) => determination(code, column))
    }),
  )
}
