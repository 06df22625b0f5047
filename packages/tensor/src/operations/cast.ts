import type { DType } from '../dtype.ts'
import type { Shape } from '../shape/dim.ts'
import type { Of, TensorOf } from '../tensor.ts'
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

/**
 * The 32 bits of each element read as another dtype of 32 bits.
 *
 * ```ts
 * bitcast(tensor([], [1]), 'u32') // → 1065353216
 * ```
 */
export const bitcast = <S extends Shape, D extends 'f32' | 'i32' | 'u32'>(
  x: TensorOf<S, 'f32' | 'i32' | 'u32'>,
  dtype: D,
): Of<S, D> => apply('bitcast', [x], { dtype })
