import { type TensorOf, tensor } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import type { Option } from 'fp-ts/lib/Option.js'
import * as O from 'fp-ts/lib/Option.js'
import { type ExampleDType, type Examples, examplesOf, reshapeExamples, selectExamples } from './examples.ts'

/** What the examples of a dataset are for. */
export type Split = 'train' | 'validation' | 'test'

/** Examples of shape `S` each, bytes of images unless `D` says otherwise, with a label each where there are labels. */
export interface Dataset<S extends number[] = number[], D extends ExampleDType = 'u8'> {
  /** For people and reports, for example `MNIST`. */
  readonly name: string
  readonly split: Split
  readonly examples: Examples<S, D>
  /** `[N]`: the class of each example. */
  readonly labels: Option<TensorOf<[number], 'u8'>>
}

/** The two parts of a dataset: what a model learns from, and what it is judged on. */
export interface Splits<S extends number[] = number[], D extends ExampleDType = 'u8'> {
  readonly train: Dataset<S, D>
  readonly test: Dataset<S, D>
}

/**
 * Number of examples.
 *
 * @example
 * ```ts
 * exampleCount(mnist.test) // → 250
 * ```
 */
export const exampleCount = (dataset: { readonly examples: { readonly count: number } }): number =>
  dataset.examples.count

/**
 * Shape of one example.
 *
 * @example
 * ```ts
 * exampleShape(mnist.test) // → [1, 28, 28]
 * ```
 */
export const exampleShape = <S extends number[]>(dataset: { readonly examples: { readonly shape: S } }): S =>
  dataset.examples.shape

/**
 * The examples that `indices` names, in that order, with their labels. Throws a `RangeError` if an index names none.
 *
 * @example
 * ```ts
 * const shuffled = pipe(mnist.test, selected(epochOrder(key(0), 250)))
 * exampleCount(shuffled) // → 250
 * ```
 */
export const selected =
  (indices: Uint32Array) =>
  <S extends number[], D extends ExampleDType>(dataset: Dataset<S, D>): Dataset<S, D> => ({
    ...dataset,
    examples: selectExamples(dataset.examples, indices),
    labels: pipe(
      dataset.labels,
      O.map(({ data }) =>
        tensor<[number], 'u8'>(
          [indices.length],
          Uint8Array.from(indices, (index) => data[index]!),
          'u8',
        ),
      ),
    ),
  })

/** 0 … n − 1. */
const firstIndices = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, index) => index)

/**
 * The first `n` examples, or all if there are fewer. Throws a `RangeError` unless `n` is a natural number.
 *
 * @example
 * ```ts
 * pipe(mnist.train, take(100), exampleCount) // → 100
 * ```
 */
export const take =
  (n: number) =>
  <S extends number[], D extends ExampleDType>(dataset: Dataset<S, D>): Dataset<S, D> => {
    if (!Number.isSafeInteger(n) || n < 0)
      throw new RangeError(`take: expected a number of examples of at least 0, got ${n}`)
    return n >= exampleCount(dataset) ? dataset : selected(firstIndices(n))(dataset)
  }

/**
 * The first `n` examples as a tensor `[n, ...S]`, or all if there are fewer. Throws a `RangeError` unless `n` is a
 * natural number.
 *
 * @example
 * ```ts
 * pipe(mnist.test, firstExamples(10)).shape // → [10, 1, 28, 28]
 * ```
 */
export const firstExamples =
  (n: number) =>
  <S extends number[], D extends ExampleDType>(dataset: Dataset<S, D>): TensorOf<[number, ...S], D> => {
    const { examples } = take(n)(dataset)
    return examples.gather(firstIndices(examples.count))
  }

/**
 * The same examples as rows of `features` numbers. Throws a `RangeError` if an example has another number of them.
 *
 * @example
 * ```ts
 * pipe(mnist.train, flattenExamples(784)) // Dataset<[1, 28, 28]> → Dataset<[784], 'u8'>
 * ```
 */
export const flattenExamples =
  <F extends number>(features: F) =>
  <S extends number[], D extends ExampleDType>(dataset: Dataset<S, D>): Dataset<[F], D> => ({
    ...dataset,
    examples: reshapeExamples<S, D, [F]>(dataset.examples, [features]),
  })

/**
 * The same dataset with its examples in memory, `[N, ...S]` at once: worth it where each is visited often and making
 * one takes time, as after `binarise`.
 *
 * @example
 * ```ts
 * const kept = pipe(mnist.test, binarise(key(0)), inMemory)
 * ```
 */
export const inMemory = <S extends number[], D extends ExampleDType>(
  dataset: Dataset<S, D>,
): Dataset<S, D> => ({ ...dataset, examples: examplesOf(firstExamples(exampleCount(dataset))(dataset)) })
