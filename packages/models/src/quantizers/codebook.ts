import {
  argmin,
  div,
  type Key,
  matmul,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  transpose,
  uniform,
} from '@vae/tensor'

/** What codes are compared by: their distance, or, all of length 1, their angle. */
export type Metric = 'euclidean' | 'cosine'

/** ‖x − y‖² of each pair of rows, `[N, D]` → `[N]`. */
export const squaredDistance = <N extends number, D extends number>(
  x: Tensor<[N, D]>,
  y: Tensor<[N, D]>,
): Tensor<[N]> => sum(square(sub(x, y)), [1])

/**
 * Rows of length 1 in the same direction, `[N, D]`. Rows shorter than 10⁻⁶ have none; they stay short, so that their
 * gradient stays finite.
 */
export const unitRows = <N extends number, D extends number>(x: Tensor<[N, D]>): Tensor<[N, D]> =>
  div(x, sqrt(maximum(sum(square(x), [1], { keepDims: true }), 1e-12)))

/** What each metric compares. */
export const preparedFor = <N extends number, D extends number>(
  metric: Metric,
  x: Tensor<[N, D]>,
): Tensor<[N, D]> => (metric === 'cosine' ? unitRows(x) : x)

/** ‖e‖² − 2 x · e for each row and code, `[N, K]`: the squared distance without ‖x‖², which all codes share. */
export const comparedDistances = <N extends number, K extends number, D extends number>(
  codebook: Tensor<[K, D]>,
  x: Tensor<[N, D]>,
): Tensor<[N, K]> => sub(sum(square(codebook), [1]), mul(matmul(x, transpose(codebook)), 2))

/**
 * The index of the nearest code of each row, the first among equals, `[N]`. In this form the engine keeps no matrix of
 * distances.
 *
 * ```ts
 * nearestCode(tensor([2, 1], [0, 10]), tensor([3, 1], [1, 8, 5])) // → [0, 1, 0]
 * ```
 *
 * @param codebook `[K, D]`
 * @param x `[N, D]`
 */
export const nearestCode = <N extends number, K extends number, D extends number>(
  codebook: Tensor<[K, D]>,
  x: Tensor<[N, D]>,
): TensorOf<[N], 'i32'> => argmin(comparedDistances(codebook, x), 1)

/** Codes to start with, uniform with a mean square length of 1, as the codebooks of Sonnet. */
export const initialCodes = <K extends number, D extends number>(
  key: Key,
  codes: K,
  dimension: D,
  metric: Metric,
): Tensor<[K, D]> => {
  const centred: Tensor<[K, D]> = sub(mul(uniform(key, [codes, dimension]), 2), 1)
  return preparedFor(metric, mul(centred, Math.sqrt(3 / dimension)))
}
