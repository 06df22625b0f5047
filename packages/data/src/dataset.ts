import { showShape, sizeOf, type TensorOf, tensor } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import type { Option } from 'fp-ts/lib/Option.js'
import * as O from 'fp-ts/lib/Option.js'

/** What the examples of a dataset are for. */
export type Split = 'train' | 'validation' | 'test'

/** Images of shape `S` each, as bytes, with a label each where there are labels. */
export interface Dataset<S extends number[] = number[]> {
  /** For people and reports, for example `MNIST`. */
  readonly name: string
  readonly split: Split
  /** `[N, ...S]`: example i is row i. */
  readonly examples: TensorOf<[number, ...S], 'u8'>
  /** `[N]`: the class of each example. */
  readonly labels: Option<TensorOf<[number], 'u8'>>
}

/**
 * Number of examples.
 *
 * @example
 * ```ts
 * exampleCount(mnist.test) // → 250
 * ```
 */
export const exampleCount = <S extends number[]>(dataset: Dataset<S>): number => dataset.examples.shape[0]

/**
 * Shape of one example.
 *
 * @example
 * ```ts
 * exampleShape(mnist.test) // → [28, 28]
 * ```
 */
export const exampleShape = <S extends number[]>(dataset: Dataset<S>): S => {
  const [, ...shape] = dataset.examples.shape
  return shape
}

/**
 * The first `n` examples, or all if there are fewer, as a view. Throws a `RangeError` unless `n` is a natural
 * number.
 *
 * @example
 * ```ts
 * pipe(mnist.train, take(100), exampleCount) // → 100
 * ```
 */
export const take =
  (n: number) =>
  <S extends number[]>(dataset: Dataset<S>): Dataset<S> => {
    if (!Number.isSafeInteger(n) || n < 0)
      throw new RangeError(`take: expected a number of examples of at least 0, got ${n}`)
    const count = Math.min(n, exampleCount(dataset))
    const shape = exampleShape(dataset)
    const examples = tensor<[number, ...S], 'u8'>(
      [count, ...shape],
      dataset.examples.data.subarray(0, count * sizeOf(shape)),
      'u8',
    )
    const labels = pipe(
      dataset.labels,
      O.map(({ data }) => tensor<[number], 'u8'>([count], data.subarray(0, count), 'u8')),
    )
    return { ...dataset, examples, labels }
  }

/**
 * The same examples as rows of `features` numbers, as a view. Throws a `RangeError` if an example has another
 * number of them.
 *
 * @example
 * ```ts
 * pipe(mnist.train, flattenExamples(784)) // Dataset<[28, 28]> → Dataset<[784]>
 * ```
 */
export const flattenExamples =
  <F extends number>(features: F) =>
  <S extends number[]>(dataset: Dataset<S>): Dataset<[F]> => {
    const shape = exampleShape(dataset)
    if (sizeOf(shape) !== features)
      throw new RangeError(
        `flattenExamples: expected examples of ${features} elements, got ${showShape(shape)} with ${sizeOf(shape)}`,
      )
    const examples = tensor<[number, F], 'u8'>([exampleCount(dataset), features], dataset.examples.data, 'u8')
    return { ...dataset, examples }
  }
