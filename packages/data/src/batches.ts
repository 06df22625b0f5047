import { sizeOf, type Tensor, type TensorOf, tensor } from '@vae/tensor'
import { type Dataset, exampleCount, exampleShape } from './dataset.ts'

/** A list of batches that are made when they are asked for. */
export interface Batches<T> extends Iterable<T> {
  /** Number of batches. */
  readonly count: number
  /** Makes batch `index`, from 0 to `count` − 1; a `RangeError` elsewhere. */
  readonly at: (index: number) => T
}

/** Batches of `B` examples of shape `S` each. */
export interface TrainingBatches<B extends number, S extends number[]>
  extends Batches<TensorOf<[B, ...S], 'u8'>> {
  /** Examples at the end of the order that fill no batch and are left out of this epoch. */
  readonly dropped: number
}

/** `B` examples of shape `S` each, with the weight that each has in a mean or a sum over examples. */
export interface WeightedBatch<B extends number, S extends number[]> {
  readonly examples: TensorOf<[B, ...S], 'u8'>
  /** 1 for an example, 0 for a repetition that only fills the batch. */
  readonly weights: Tensor<[B]>
}

/** Batches that together hold every example once with weight 1. */
export interface EvaluationBatches<B extends number, S extends number[]>
  extends Batches<WeightedBatch<B, S>> {
  /** Repetitions of the last example, with weight 0, in the last batch. */
  readonly padded: number
}

const lazy = <T>(count: number, make: (index: number) => T): Batches<T> => {
  const at = (index: number): T => {
    if (!Number.isInteger(index) || index < 0 || index >= count)
      throw new RangeError(`batches: expected a batch from 0 to ${count - 1}, got ${index}`)
    return make(index)
  }
  return {
    count,
    at,
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) yield make(index)
    },
  }
}

const checkBatch = (operation: string, batch: number): void => {
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new RangeError(`${operation}: expected a batch of at least 1 example, got ${batch}`)
}

/** Copies example `from` of `source` to row `to` of `target`. */
const copyExample = (source: Uint8Array, from: number, target: Uint8Array, to: number, size: number): void =>
  target.set(source.subarray(from * size, (from + 1) * size), to * size)

/**
 * Batches of the static shape `[batch, ...S]`, examples in the order given; the tail that fills no batch is
 * dropped and counted. Throws a `RangeError` if `batch` is below 1 or `order` names an example that is not there.
 *
 * @example
 * ```ts
 * const order = epochOrder(key(0), exampleCount(mnist.train))
 * const { count, dropped, at } = trainingBatches(mnist.train, order, 128)
 * at(0) // TensorOf<[128, 28, 28], 'u8'>
 * count // → 2
 * dropped // → 44
 * ```
 */
export const trainingBatches = <B extends number, S extends number[]>(
  dataset: Dataset<S>,
  order: Uint32Array,
  batch: B,
): TrainingBatches<B, S> => {
  checkBatch('trainingBatches', batch)
  const shape = exampleShape(dataset)
  const size = sizeOf(shape)
  const available = exampleCount(dataset)
  const stranger = order.find((example) => example >= available)
  if (stranger !== undefined)
    throw new RangeError(`trainingBatches: the order names example ${stranger}, the dataset has ${available}`)
  const batches = lazy(Math.floor(order.length / batch), (index) => {
    const data = new Uint8Array(batch * size)
    for (let row = 0; row < batch; row++)
      copyExample(dataset.examples.data, order[index * batch + row]!, data, row, size)
    return tensor<[B, ...S], 'u8'>([batch, ...shape], data, 'u8')
  })
  return { ...batches, dropped: order.length % batch }
}

/**
 * Batches of the static shape `[batch, ...S]` over all examples in their order. The last one is filled up with
 * the last example at weight 0, so a weighted sum over all batches counts every example once. Full batches are
 * views of the dataset. Throws a `RangeError` if `batch` is below 1.
 *
 * @example
 * ```ts
 * const batches = [...evaluationBatches(mnist.test, 100)]
 * batches.map(({ weights }) => item(sum(weights, [0]))) // → [100, 100, 50]
 * ```
 */
export const evaluationBatches = <B extends number, S extends number[]>(
  dataset: Dataset<S>,
  batch: B,
): EvaluationBatches<B, S> => {
  checkBatch('evaluationBatches', batch)
  const shape = exampleShape(dataset)
  const size = sizeOf(shape)
  const available = exampleCount(dataset)
  const { data } = dataset.examples
  const full = Math.floor(available / batch)
  const count = Math.ceil(available / batch)
  const weights = (present: number): Tensor<[B]> =>
    tensor<[B]>([batch], new Float32Array(batch).fill(1, 0, present))
  const allPresent = weights(batch)
  const examplesOf = (bytes: Uint8Array) => tensor<[B, ...S], 'u8'>([batch, ...shape], bytes, 'u8')
  const batches = lazy(count, (index): WeightedBatch<B, S> => {
    const start = index * batch
    if (index < full)
      return {
        examples: examplesOf(data.subarray(start * size, (start + batch) * size)),
        weights: allPresent,
      }
    const last = new Uint8Array(batch * size)
    for (let row = 0; row < batch; row++)
      copyExample(data, Math.min(start + row, available - 1), last, row, size)
    return { examples: examplesOf(last), weights: weights(available - start) }
  })
  return { ...batches, padded: count * batch - available }
}
