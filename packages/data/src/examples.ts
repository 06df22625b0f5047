import { allocate, type DataOf, showShape, sizeOf, type TensorOf, tensor } from '@vae/tensor'

/** The element types of examples: bytes of images, or real numbers. */
export type ExampleDType = 'u8' | 'f32'

/**
 * `count` examples of shape `S` each that are made when they are asked for: rows of a tensor in memory, pictures that
 * are drawn, or what a transform makes of other examples. The same index always gives the same example.
 */
export interface Examples<S extends number[], D extends ExampleDType = 'u8'> {
  readonly count: number
  /** The shape of one example. */
  readonly shape: S
  readonly dtype: D
  /**
   * The examples of these indices as the rows of a new tensor, `[indices.length, ...S]`. Throws a `RangeError` if an
   * index is not from 0 to `count` − 1.
   */
  readonly gather: (indices: ArrayLike<number>) => TensorOf<[number, ...S], D>
}

/** How examples that are not in memory are made. */
export interface Renderer<S extends number[], D extends ExampleDType> {
  readonly count: number
  /** The shape of one example. */
  readonly shape: S
  readonly dtype: D
  /** Writes example `index` into `target`, whose elements are 0, from element `offset` on. */
  readonly render: (index: number, target: DataOf<D>, offset: number) => void
}

/** Throws a `RangeError` unless each index names one of `count` examples. */
export const checkIndices = (operation: string, indices: ArrayLike<number>, count: number): void => {
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row]!
    if (!Number.isInteger(index) || index < 0 || index >= count)
      throw new RangeError(
        count === 0
          ? `${operation}: expected no index, since there are no examples, got ${index}`
          : `${operation}: expected an example from 0 to ${count - 1}, got ${index}`,
      )
  }
}

/**
 * Examples that are computed when they are asked for, each by one call of `render`, so that their number costs no
 * memory. `render` must be a function of the index alone.
 *
 * @example
 * ```ts
 * const multiples = renderedExamples({
 *   count: 1e6,
 *   shape: [2],
 *   dtype: 'f32',
 *   render: (index, target, offset) => target.set([index, 2 * index], offset),
 * })
 * multiples.gather([3, 999_999]) // → [[3, 6], [999999, 1999998]]
 * ```
 */
export const renderedExamples = <const S extends number[], D extends ExampleDType>({
  count,
  shape,
  dtype,
  render,
}: Renderer<S, D>): Examples<S, D> => {
  const size = sizeOf(shape)
  return {
    count,
    shape,
    dtype,
    gather: (indices) => {
      checkIndices('gather', indices, count)
      const data = allocate(dtype, indices.length * size)
      for (let row = 0; row < indices.length; row++) render(indices[row]!, data, row * size)
      return rowsOf(shape, dtype, data)
    },
  }
}

/** Rows of shape `S` as a tensor. */
const rowsOf = <S extends number[], D extends ExampleDType>(
  shape: S,
  dtype: D,
  data: DataOf<D>,
): TensorOf<[number, ...S], D> => {
  const size = sizeOf(shape)
  const rows = size === 0 ? 0 : data.length / size
  // Of<…, D> is TensorOf<…, D> for both dtypes, which the compiler does not see while D is a parameter.
  return tensor<[number, ...S], D>([rows, ...shape], data, dtype) as TensorOf<[number, ...S], D>
}

/** Copies elements between arrays of one dtype, which the compiler cannot follow while the dtype is a parameter. */
const copyElements = <D extends ExampleDType>(from: DataOf<D>, to: DataOf<D>, offset: number): void =>
  (to as Uint8Array).set(from as Uint8Array, offset)

/**
 * The rows of a tensor `[N, ...S]` as N examples. The tensor is not copied.
 *
 * @example
 * ```ts
 * const examples = examplesOf(tensor([3, 2], [1, 2, 3, 4, 5, 6]))
 * examples.gather([2, 0]) // → [[5, 6], [1, 2]]
 * ```
 */
export const examplesOf = <S extends number[], D extends ExampleDType>(
  rows: TensorOf<[number, ...S], D>,
): Examples<S, D> => {
  const [count, ...shape] = rows.shape
  const size = sizeOf(shape)
  return renderedExamples<S, D>({
    count,
    shape,
    dtype: rows.dtype,
    render: (index, target, offset) =>
      copyElements<D>(rows.data.subarray(index * size, (index + 1) * size) as DataOf<D>, target, offset),
  })
}

/**
 * Some examples in the order of `indices`: example i is the one that `indices[i]` names. Throws a `RangeError` if an
 * index names none.
 *
 * @example
 * ```ts
 * const pairs = examplesOf(tensor([3, 2], [1, 2, 3, 4, 5, 6]))
 * selectExamples(pairs, Uint32Array.of(2, 1)).gather([0]) // → [[5, 6]]
 * ```
 */
export const selectExamples = <S extends number[], D extends ExampleDType>(
  examples: Examples<S, D>,
  indices: Uint32Array,
): Examples<S, D> => {
  checkIndices('selectExamples', indices, examples.count)
  return {
    ...examples,
    count: indices.length,
    gather: (rows) => {
      checkIndices('gather', rows, indices.length)
      return examples.gather(Uint32Array.from(rows, (row) => indices[row]!))
    },
  }
}

/**
 * The same examples in another shape with as many elements. Throws a `RangeError` if the numbers differ.
 *
 * @example
 * ```ts
 * reshapeExamples(mnist.test.examples, [784]).gather([0]).shape // → [1, 784]
 * ```
 */
export const reshapeExamples = <S extends number[], D extends ExampleDType, const T extends number[]>(
  examples: Examples<S, D>,
  shape: T,
): Examples<T, D> => {
  if (sizeOf(shape) !== sizeOf(examples.shape))
    throw new RangeError(
      `reshapeExamples: expected a shape with ${sizeOf(examples.shape)} elements, as ${showShape(examples.shape)} ` +
        `has, got ${showShape(shape)} with ${sizeOf(shape)}`,
    )
  return {
    ...examples,
    shape,
    gather: (indices) => rowsOf(shape, examples.dtype, examples.gather(indices).data),
  }
}
