import { bind } from '../bind.ts'
import { allocate, type DataOf, type DType, type NumericDType } from '../dtype.ts'
import { checkSizes, type SizeVerdict } from '../shape/broadcast-to.ts'
import { type Shape, sizeOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { Pair } from '../shape/guard.ts'
import type { Show } from '../shape/show.ts'
import type { Is, Now, Wildcard } from '../shape/verdict.ts'
import { type AnyTensor, HostTensor, type Of, type Tensor } from '../tensor.ts'

/** Numbers that are no sizes, as text. */
export type NoSize = `-${string}` | `${string}.${string}` | `${string}e-${string}`

/** `'no'` for a shape that holds a number that is no size. */
export type ShapeVerdict<S extends Shape> =
  Pair<S, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : [Extract<`${S[number]}`, NoSize>] extends [never]
      ? 'yes'
      : 'no'

/** A shape, or a message where it is known to hold a number that is no size. */
export type GuardShape<Moment, S extends Shape, Operation extends string> =
  Is<Moment, ShapeVerdict<S>, 'no'> extends true
    ? `${Operation}: ${Show<S>} must hold whole numbers of 0 or more`
    : readonly [...S]

/**
 * A tensor of shape `shape` with the given elements in row-major order; f32 unless `dtype` says otherwise. An
 * array of the dtype's own kind is used without a copy.
 *
 * ```ts
 * const x = tensor([2, 3], [1, 2, 3, 4, 5, 6]) // Tensor<[2, 3]>
 * ```
 *
 * A negative size or a fraction does not compile, or throws a `ShapeError`. Throws a `RangeError` when the number of
 * elements differs from that of the shape.
 */
export const tensor = <const S extends Shape, D extends DType = 'f32', Moment = Now>(
  shape: GuardShape<Moment, S, 'tensor'>,
  elements: DataOf<D> | readonly number[],
  dtype: D = 'f32' as D,
): Of<S, D> => {
  const sizes = shape as Shape
  checkSizes('tensor', sizes)
  const kind = allocate(dtype, 0).constructor
  if (elements.constructor === kind) return of(new HostTensor(sizes, dtype, elements as DataOf<D>))
  const result = new HostTensor(sizes, dtype, allocate(dtype, elements.length))
  ;(result.data as { set(from: ArrayLike<number>): void }).set(elements)
  return of(result)
}

/** Throws unless `shape` holds sizes; the run-time twin of `GuardShape`. */
const filled = (operation: string, shape: unknown, value: number, dtype: DType): AnyTensor => {
  checkSizes(operation, shape as Shape)
  return bind('fill', [], { value, shape: shape as Shape, dtype })
}

/**
 * A tensor of shape `shape` filled with `value`; f32 unless `dtype` says otherwise.
 *
 * ```ts
 * full([2, 2], 7, 'i32') // → [[7, 7], [7, 7]]
 * ```
 *
 * A negative size or a fraction does not compile, or throws a `ShapeError`.
 */
export const full = <const S extends Shape, D extends DType = 'f32', Moment = Now>(
  shape: GuardShape<Moment, S, 'full'>,
  value: number,
  dtype: D = 'f32' as D,
): Of<S, D> => of(filled('full', shape, value, dtype))

/**
 * A tensor of zeros.
 *
 * ```ts
 * zeros([2, 3]) // Tensor<[2, 3]>
 * ```
 *
 * A negative size or a fraction does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * zeros([128, -1])
 * // error: zeros: [128, -1] must hold whole numbers of 0 or more
 * ```
 */
export const zeros = <const S extends Shape, Moment = Now>(
  shape: GuardShape<Moment, S, 'zeros'>,
): Tensor<S> => of(filled('zeros', shape, 0, 'f32'))

/**
 * A tensor of ones.
 *
 * ```ts
 * ones([2, 3]) // Tensor<[2, 3]>
 * ```
 *
 * A negative size or a fraction does not compile, or throws a `ShapeError`.
 */
export const ones = <const S extends Shape, Moment = Now>(shape: GuardShape<Moment, S, 'ones'>): Tensor<S> =>
  of(filled('ones', shape, 1, 'f32'))

/** A number of elements, or a message where it is known to be negative or a fraction. */
export type GuardCount<Moment, Operation extends string, N extends number> =
  Is<Moment, SizeVerdict<N>, 'no'> extends true
    ? `${Operation}: the number of elements must be a whole number of 0 or more, got ${N}`
    : N

/** The run-time twin of `GuardCount`. Throws its message as a `ShapeError`. */
const checkCount = (name: string, value: unknown): number => {
  const count = value as number
  if (!Number.isInteger(count) || count < 0)
    throw new ShapeError(`${name}: the number of elements must be a whole number of 0 or more, got ${count}`)
  return count
}

/**
 * 0, 1, 2, … below `count`; f32 unless `dtype` says otherwise.
 *
 * ```ts
 * arange(4, 'i32') // → [0, 1, 2, 3]
 * ```
 *
 * A count that is no whole number of 0 or more does not compile, or throws a `ShapeError`.
 */
export const arange = <N extends number, D extends NumericDType = 'f32', Moment = Now>(
  count: GuardCount<Moment, 'arange', N>,
  dtype: D = 'f32' as D,
): Of<[N], D> => of(bind('iota', [], { shape: [checkCount('arange', count)], axis: 0, dtype }))

/**
 * `count` evenly spaced numbers from `start` to `stop`, both included.
 *
 * ```ts
 * linspace(0, 1, 5) // → [0, 0.25, 0.5, 0.75, 1]
 * ```
 *
 * A count that is no whole number of 0 or more does not compile, or throws a `ShapeError`.
 */
export const linspace = <N extends number, Moment = Now>(
  start: number,
  stop: number,
  count: GuardCount<Moment, 'linspace', N>,
): Tensor<[N]> => {
  const length = checkCount('linspace', count)
  const last = Math.max(1, length - 1)
  const at = (i: number): number => (start * (last - i) + stop * i) / last
  const elements = Array.from({ length }, (_, i) => at(i))
  return of(tensor([length], elements))
}

/**
 * The identity matrix of `count` rows.
 *
 * ```ts
 * eye(2) // → [[1, 0], [0, 1]]
 * ```
 *
 * A count that is no whole number of 0 or more does not compile, or throws a `ShapeError`.
 */
export const eye = <N extends number, Moment = Now>(count: GuardCount<Moment, 'eye', N>): Tensor<[N, N]> => {
  const size = checkCount('eye', count)
  const shape = [size, size]
  const [rows, columns] = [0, 1].map((axis) => bind('iota', [], { shape, axis, dtype: 'i32' }))
  const diagonal = bind('compare', [rows!, columns!], { direction: 'eq' })
  return of(bind('cast', [diagonal], { dtype: 'f32' }))
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
