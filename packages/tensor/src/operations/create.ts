import { bind } from '../bind.ts'
import { allocate, type DataOf, type DType } from '../dtype.ts'
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
