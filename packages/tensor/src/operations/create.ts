import { bind } from '../bind.ts'
import { allocate, type DataOf, type DType, type NumericDType } from '../dtype.ts'
import { type Shape, sizeOf } from '../shape/dim.ts'
import { type AnyTensor, HostTensor, type Of, type Tensor } from '../tensor.ts'

/**
 * A tensor of shape `shape` with the given elements in row-major order; f32 unless `dtype` says otherwise. An
 * array of the dtype's own kind is used without a copy.
 *
 * ```ts
 * const x = tensor([2, 3], [1, 2, 3, 4, 5, 6]) // Tensor<[2, 3]>
 * ```
 *
 * Throws a `RangeError` when the number of elements differs from that of the shape.
 */
export const tensor = <const S extends Shape, D extends DType = 'f32'>(
  shape: readonly [...S],
  elements: DataOf<D> | readonly number[],
  dtype: D = 'f32' as D,
): Of<S, D> => {
  const kind = allocate(dtype, 0).constructor
  if (elements.constructor === kind) return of(new HostTensor(shape, dtype, elements as DataOf<D>))
  const result = new HostTensor(shape, dtype, allocate(dtype, elements.length))
  ;(result.data as { set(from: ArrayLike<number>): void }).set(elements)
  return of(result)
}

/**
 * A tensor of shape `shape` filled with `value`; f32 unless `dtype` says otherwise.
 *
 * ```ts
 * full([2, 2], 7, 'i32') // → [[7, 7], [7, 7]]
 * ```
 */
export const full = <const S extends Shape, D extends DType = 'f32'>(
  shape: readonly [...S],
  value: number,
  dtype: D = 'f32' as D,
): Of<S, D> => of(bind('fill', [], { value, shape, dtype }))

/**
 * A tensor of zeros.
 *
 * ```ts
 * zeros([2, 3]) // Tensor<[2, 3]>
 * ```
 */
export const zeros = <const S extends Shape>(shape: readonly [...S]): Tensor<S> => full(shape, 0) as Tensor<S>

/**
 * A tensor of ones.
 *
 * ```ts
 * ones([2, 3]) // Tensor<[2, 3]>
 * ```
 */
export const ones = <const S extends Shape>(shape: readonly [...S]): Tensor<S> => full(shape, 1) as Tensor<S>

/** Refuses a count that no axis can have. */
const checkCount = (name: string, count: number): void => {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`${name}: the number of elements must be a whole number of 0 or more, got ${count}`)
}

/**
 * 0, 1, 2, … below `count`; f32 unless `dtype` says otherwise.
 *
 * ```ts
 * arange(4, 'i32') // → [0, 1, 2, 3]
 * ```
 *
 * Throws a `RangeError` for a count that is no whole number of 0 or more.
 */
export const arange = <N extends number, D extends NumericDType = 'f32'>(
  count: N,
  dtype: D = 'f32' as D,
): Of<[N], D> => {
  checkCount('arange', count)
  return of(bind('iota', [], { shape: [count], axis: 0, dtype }))
}

/**
 * `count` evenly spaced numbers from `start` to `stop`, both included.
 *
 * ```ts
 * linspace(0, 1, 5) // → [0, 0.25, 0.5, 0.75, 1]
 * ```
 *
 * Throws a `RangeError` for a count that is no whole number of 0 or more.
 */
export const linspace = <N extends number>(start: number, stop: number, count: N): Tensor<[N]> => {
  checkCount('linspace', count)
  const last = Math.max(1, count - 1)
  const at = (i: number): number => (start * (last - i) + stop * i) / last
  return tensor(
    [count],
    Array.from({ length: count }, (_, i) => at(i)),
  ) as Tensor<[N]>
}

/**
 * The identity matrix of `count` rows.
 *
 * ```ts
 * eye(2) // → [[1, 0], [0, 1]]
 * ```
 *
 * Throws a `RangeError` for a count that is no whole number of 0 or more.
 */
export const eye = <N extends number>(count: N): Tensor<[N, N]> => {
  checkCount('eye', count)
  const shape = [count, count]
  const [rows, columns] = [0, 1].map((axis) => bind('iota', [], { shape, axis, dtype: 'i32' }))
  const diagonal = bind('compare', [rows!, columns!], { direction: 'eq' })
  return of(bind('cast', [diagonal], { dtype: 'f32' })) as Tensor<[N, N]>
}

/**
 * The number in a tensor with one element. Throws a `RangeError` for a tensor with more or none, and an error
 * for a tensor that is being recorded.
 *
 * ```ts
 * item(mean(tensor([4], [1, 2, 3, 4]), [0])) // → 2.5
 * ```
 */
export const item = (x: AnyTensor): number => {
  if (sizeOf(x.shape) !== 1)
    throw new RangeError(`item: a tensor with one element, got [${x.shape.join(', ')}]`)
  return x.data[0]!
}

/** A constructor knows the shape that its caller's type states. */
const of = <S extends Shape, D extends DType>(x: AnyTensor): Of<S, D> => x as AnyTensor as Of<S, D>
