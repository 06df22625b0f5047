import { agreeing, type GuardSame } from '@vae/models'
import { mean, type Now, square, sub, type Tensor } from '@vae/tensor'

/**
 * The mean over features of (x − x̂)² for each example, `[B, F]` → `[B]`, in squared units of x: the squared error per
 * pixel for intensities from 0 to 1. A function to record, for `meanTerms`; no likelihood.
 *
 * ```ts
 * meanSquaredError(tensor([2, 2], [0, 0, 1, 1]), tensor([2, 2], [1, 0, 1, 1])) // → [0.5, 0]
 * ```
 *
 * Different shapes do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * meanSquaredError(zeros([128, 784]), zeros([128, 700]))
 * // error: meanSquaredError: x and reconstruction differ: [128, 784] and [128, 700] (784 ≠ 700)
 * ```
 */
export const meanSquaredError = <
  B extends number,
  F extends number,
  C extends number,
  G extends number,
  Moment = Now,
>(
  x: Tensor<[B, F]>,
  reconstruction: GuardSame<Moment, 'meanSquaredError', 'x and reconstruction', B, F, C, G, Tensor<[C, G]>>,
): Tensor<[B]> => {
  const other = agreeing('meanSquaredError', 'x and reconstruction', x, reconstruction)
  return mean(square(sub(x, other)), [1])
}
