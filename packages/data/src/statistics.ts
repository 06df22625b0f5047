import { sizeOf, type Tensor, tensor } from '@vae/tensor'
import { evaluationBatches } from './batches.ts'
import { type Dataset, exampleCount, exampleShape } from './dataset.ts'
import type { ExampleDType } from './examples.ts'

/** What the values of a dataset are like, in their own units: 0 to 255 for bytes. */
export interface DatasetStatistics<S extends number[]> {
  /** The mean over the examples, for each place of an example. */
  readonly mean: Tensor<S>
  /** The standard deviation over the examples, for each place of an example, √(Σ(x − mean)² / N). */
  readonly deviation: Tensor<S>
  /** The smallest and the largest value anywhere. */
  readonly range: readonly [number, number]
}

const chunk = 256

/**
 * Mean and standard deviation over the examples, and the range of the values, computed in f64 in one pass (B. P.
 * Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 1962). Throws a
 * `RangeError` if there are no examples.
 *
 * The mean is what the biases of a decoder's last layer start from; the deviation is the scale of real data.
 *
 * @example
 * ```ts
 * const { mean, range } = datasetStatistics(mnist.train)
 * mean // Tensor<[1, 28, 28]>
 * range // → [0, 255]
 * ```
 */
export const datasetStatistics = <S extends number[], D extends ExampleDType>(
  dataset: Dataset<S, D>,
): DatasetStatistics<S> => {
  if (exampleCount(dataset) === 0)
    throw new RangeError(`datasetStatistics: expected at least one example, ${dataset.name} has none`)
  const shape = exampleShape(dataset)
  const size = sizeOf(shape)
  const mean = new Float64Array(size)
  const squares = new Float64Array(size)
  let [least, greatest, seen] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const { examples, weights } of evaluationBatches(dataset, chunk)) {
    for (let row = 0; row < chunk && weights.data[row] === 1; row++) {
      seen++
      for (let place = 0; place < size; place++) {
        const value = examples.data[row * size + place]!
        const difference = value - mean[place]!
        mean[place]! += difference / seen
        squares[place]! += difference * (value - mean[place]!)
        if (value < least) least = value
        if (value > greatest) greatest = value
      }
    }
  }
  const deviation = Float32Array.from(squares, (sum) => Math.sqrt(sum / seen))
  return {
    mean: tensor<S>(shape, Float32Array.from(mean)),
    deviation: tensor<S>(shape, deviation),
    range: [least, greatest],
  }
}
