import { maximum, minimum, type Shape, type Tensor } from '@vae/tensor'

/** The smallest log-variance, a standard deviation of 0.0009. */
export const minLogVar = -14

/** The largest log-variance, a standard deviation of 1,097. */
export const maxLogVar = 14

/**
 * log σ² of a network, kept between −14 and 14, so that neither σ² nor 1 / σ² overflows however a training step goes
 * wrong. The gradient is 0 outside.
 *
 * ```ts
 * clampLogVar(tensor([3], [-1e4, 0.5, 1e4])) // → [-14, 0.5, 14]
 * ```
 */
export const clampLogVar = <S extends Shape>(logVar: Tensor<S>): Tensor<S> =>
  minimum(maximum(logVar, minLogVar), maxLogVar)
