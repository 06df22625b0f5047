import { type Tensor, type TensorOf, tensor } from '@vae/tensor'
import { type Dataset, exampleCount } from './dataset.ts'
import { checkIndices, type ExampleDType } from './examples.ts'

/** `B` examples of shape `S` each, with the weight that each has in a mean or a sum over examples. */
export interface WeightedBatch<B extends number, S extends number[], D extends ExampleDType = 'u8'> {
  readonly examples: TensorOf<[B, ...S], D>
  /** 1 for an example, 0 for a repetition that only fills the batch. */
  readonly weights: Tensor<[B]>
}

/** A list of batches that are made when they are asked for. */
export interface Batches<T> extends Iterable<T> {
  /** Number of batches. */
  readonly count: number
  /** Makes batch `index`, from 0 to `count` − 1; a `RangeError` elsewhere. */
  readonly at: (index: number) => T
}

/** Full batches in the order of an epoch, all weights 1. */
export interface TrainingBatches<B extends number, S extends number[], D extends ExampleDType = 'u8'>
  extends Batches<WeightedBatch<B, S, D>> {
  /** Examples at the end of the order that fill no batch and are left out of this epoch. */
  readonly dropped: number
}

/** Batches that together hold every example once with weight 1. */
export interface EvaluationBatches<B extends number, S extends number[], D extends ExampleDType = 'u8'>
  extends Batches<WeightedBatch<B, S, D>> {
  /** Repetitions of the last example, with weight 0, in the last batch. */
  readonly padded: number
}

const checkBatch = (operation: string, batch: number): void => {
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new RangeError(`${operation}: expected a batch of at least 1 example, got ${batch}`)
}

/** Batches of `batch` examples each; `indicesOf` says which, and how many of them count. */
const batchesOf = <B extends number, S extends number[], D extends ExampleDType>(
  { examples }: Dataset<S, D>,
  batch: B,
  count: number,
  indicesOf: (index: number) => { readonly indices: Uint32Array; readonly present: number },
): Batches<WeightedBatch<B, S, D>> => {
  const weights = (present: number): Tensor<[B]> =>
    tensor<[B]>([batch], new Float32Array(batch).fill(1, 0, present))
  const allPresent = weights(batch)
  const make = (index: number): WeightedBatch<B, S, D> => {
    const { indices, present } = indicesOf(index)
    return {
      // As many rows as there are indices: those of a batch.
      examples: examples.gather(indices) as TensorOf<[B, ...S], D>,
      weights: present === batch ? allPresent : weights(present),
    }
  }
  return {
    count,
    at: (index) => {
      if (!Number.isInteger(index) || index < 0 || index >= count)
        throw new RangeError(`batches: expected a batch from 0 to ${count - 1}, got ${index}`)
      return make(index)
    },
    *[Symbol.iterator]() {
      for (let index = 0; index < count; index++) yield make(index)
    },
  }
}

/**
 * Batches of the static shape `[batch, ...S]`, examples in the order given; the tail that fills no batch is
 * dropped and counted. Throws a `RangeError` if `batch` is below 1 or `order` names an example that is not there.
 *
 * @example
 * ```ts
 * const order = epochOrder(key(0), exampleCount(mnist.train))
 * const { count, dropped, at } = trainingBatches(mnist.train, order, 128)
 * at(0).examples // TensorOf<[128, 1, 28, 28], 'u8'>
 * count // → 2
 * dropped // → 44
 * ```
 */
export const trainingBatches = <B extends number, S extends number[], D extends ExampleDType>(
  dataset: Dataset<S, D>,
  order: Uint32Array,
  batch: B,
): TrainingBatches<B, S, D> => {
  checkBatch('trainingBatches', batch)
  checkIndices('trainingBatches', order, exampleCount(dataset))
  const batches = batchesOf(dataset, batch, Math.floor(order.length / batch), (index) => ({
    indices: order.subarray(index * batch, (index + 1) * batch),
    present: batch,
  }))
  return { ...batches, dropped: order.length % batch }
}

/**
 * Batches of the static shape `[batch, ...S]` over all examples in their order. The last one is filled up with
 * the last example at weight 0, so a weighted sum over all batches counts every example once. Throws a `RangeError`
 * if `batch` is below 1.
 *
 * @example
 * ```ts
 * const batches = [...evaluationBatches(mnist.test, 100)]
 * batches.map(({ weights }) => item(sum(weights, [0]))) // → [100, 100, 50]
 * ```
 */
export const evaluationBatches = <B extends number, S extends number[], D extends ExampleDType>(
  dataset: Dataset<S, D>,
  batch: B,
): EvaluationBatches<B, S, D> => {
  checkBatch('evaluationBatches', batch)
  const available = exampleCount(dataset)
  const count = Math.ceil(available / batch)
  const batches = batchesOf(dataset, batch, count, (index) => {
    const start = index * batch
    return {
      indices: Uint32Array.from({ length: batch }, (_, row) => Math.min(start + row, available - 1)),
      present: Math.min(batch, available - start),
    }
  })
  return { ...batches, padded: count * batch - available }
}
