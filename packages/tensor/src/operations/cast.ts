import type { DType } from '../dtype.ts'
import type { Shape } from '../shape/dim.ts'
import type { Of, TensorOf } from '../tensor.ts'
import { apply } from './apply.ts'

/**
 * x converted by value to another dtype. Floats become integers towards zero, saturating at the ends of the
 * range (NaN becomes 0); to bool, anything but 0 is true.
 */
export const cast = <S extends Shape, D extends DType>(x: TensorOf<S, DType>, dtype: D): Of<S, D> =>
  (x.dtype as DType) === dtype ? (x as TensorOf<S, DType> as Of<S, D>) : apply('cast', [x], { dtype })

/** The 32 bits of each element read as another dtype. */
export const bitcast = <S extends Shape, D extends 'f32' | 'i32' | 'u32'>(
  x: TensorOf<S, 'f32' | 'i32' | 'u32'>,
  dtype: D,
): Of<S, D> => apply('bitcast', [x], { dtype })
