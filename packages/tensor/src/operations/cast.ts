import type { DType } from '../dtype.ts'
import type { Shape } from '../shape/dim.ts'
import { checkDType, type DTypesOf, type GuardDType } from '../shape/dtype.ts'
import type { AnyTensor, Of, TensorOf } from '../tensor.ts'
import { apply } from './apply.ts'

/**
 * x converted by value to another dtype. Floats become integers towards zero, saturating at the ends of the
 * range (NaN becomes 0); to bool, anything but 0 is true.
 *
 * ```ts
 * cast(tensor([3], [-1.5, 99.9, 1e9]), 'u8') // → [0, 99, 255]
 * ```
 */
export const cast = <S extends Shape, D extends DType>(x: TensorOf<S, DType>, dtype: D): Of<S, D> =>
  (x.dtype as DType) === dtype ? (x as TensorOf<S, DType> as Of<S, D>) : apply('cast', [x], { dtype })

/** The dtypes of 32 bits. */
const wide = 'f32, i32 or u32'

/**
 * The 32 bits of each element read as another dtype of 32 bits.
 *
 * ```ts
 * bitcast(tensor([], [1]), 'u32') // → 1065353216
 * ```
 *
 * Other dtypes do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * bitcast(full([3], 1, 'u8'), 'f32')
 * // error: bitcast: expected f32, i32 or u32, got u8
 * ```
 */
export const bitcast = <S extends Shape, E extends DType, D extends DType>(
  x: GuardDType<'bitcast', typeof wide, E, TensorOf<S, E>>,
  dtype: GuardDType<'bitcast', typeof wide, D, D>,
): Of<S, D> => {
  const operand = x as AnyTensor
  checkDType('bitcast', wide, operand.dtype)
  checkDType('bitcast', wide, dtype as DType)
  return apply('bitcast', [operand], { dtype: dtype as DTypesOf<typeof wide> })
}
