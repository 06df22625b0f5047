import { add, floor, maximum, minimum, mul, type Shape, type Tensor } from '@vae/tensor'

/** The number of intensities of a byte. */
export const levels = 256

/** The level, 0 to 255, of an intensity from 0 to 1: the nearest, also for what is outside. */
export const levelOf = <S extends Shape>(intensity: Tensor<S>): Tensor<S> => {
  const nearest = floor(add(mul(intensity, levels - 1), 0.5))
  return minimum(maximum(nearest, 0), levels - 1)
}

/** The intensity, from 0 to 1, of a level. */
export const intensityOf = <S extends Shape>(level: Tensor<S>): Tensor<S> => mul(level, 1 / (levels - 1))
