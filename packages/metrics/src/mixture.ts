import type { DiagonalGaussian } from '@vae/models'
import { numerics } from '@vae/tensor'

/** One latent dimension of the posteriors of several examples, in f64. */
export interface Gaussians {
  readonly means: Float64Array
  /** 1 / σ². */
  readonly precisions: Float64Array
  /** −½ log (2π σ²). */
  readonly logScales: Float64Array
}

const log2Pi = numerics.log(2 * Math.PI)

/** Dimension `dimension` of the posteriors of the examples `rows`. */
export const gaussiansOf = (
  { mean, logVar }: DiagonalGaussian<number, number>,
  dimension: number,
  rows: readonly number[],
): Gaussians => {
  const size = mean.shape[1]
  const logVars = Float64Array.from(rows, (row) => logVar.data[row * size + dimension]!)
  return {
    means: Float64Array.from(rows, (row) => mean.data[row * size + dimension]!),
    precisions: logVars.map((value) => numerics.exp(-value)),
    logScales: logVars.map((value) => -0.5 * (log2Pi + value)),
  }
}

/** log N(z; μₙ, σₙ²) of each Gaussian, in nats, written to `out`. */
export const logDensities = (
  { means, precisions, logScales }: Gaussians,
  z: number,
  out: Float64Array,
): void => {
  for (let n = 0; n < means.length; n++) {
    const deviation = z - means[n]!
    out[n] = logScales[n]! - 0.5 * deviation * deviation * precisions[n]!
  }
}

/** log of the mean of e^values. Terms below e^−45 of the largest are left out: all of them together are rounding. */
export const logMeanExp = (values: Float64Array): number => {
  let largest = Number.NEGATIVE_INFINITY
  for (const value of values) largest = Math.max(largest, value)
  let sum = 0
  for (const value of values) if (value > largest - 45) sum += numerics.exp(value - largest)
  return largest + numerics.log(sum / values.length)
}
