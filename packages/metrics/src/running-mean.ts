/** A mean with its uncertainty. */
export interface MeanEstimate {
  readonly mean: number
  /** Standard deviation of the mean over the choice of examples; NaN for fewer than two. */
  readonly standardError: number
}

/** A mean that grows example by example, in f64. An immutable value. */
export interface RunningMean {
  /** The sum of the weights. */
  readonly weight: number
  readonly mean: number
  /** The weighted sum of squared deviations from the mean. */
  readonly deviations: number
}

/** The mean of nothing yet: where `include` starts. */
export const noExamples: RunningMean = { weight: 0, mean: 0, deviations: 0 }

/**
 * `running` with more examples: `values[i]` counts `weights[i]` times, and not at all with weight 0, whatever
 * its value.
 *
 * ```ts
 * include(noExamples, [1, 3, NaN], [1, 1, 0]) // → { weight: 2, mean: 2, deviations: 2 }
 * ```
 *
 * @see D. West, "Updating mean and variance estimates: an improved method", CACM 22 (1979)
 */
export const include = (
  running: RunningMean,
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
): RunningMean => {
  let { weight, mean, deviations } = running
  for (let i = 0; i < values.length; i++) {
    const w = weights[i]!
    if (w === 0) continue
    weight += w
    const deviation = values[i]! - mean
    mean += (deviation * w) / weight
    deviations += w * deviation * (values[i]! - mean)
  }
  return { weight, mean, deviations }
}

/**
 * What is known after all examples; weights count repetitions. NaN as the mean of none, and as the standard
 * error of fewer than two.
 *
 * ```ts
 * estimate(include(noExamples, [1, 3], [1, 1])) // → { mean: 2, standardError: 1 }
 * ```
 */
export const estimate = ({ weight, mean, deviations }: RunningMean): MeanEstimate =>
  weight === 0
    ? { mean: Number.NaN, standardError: Number.NaN }
    : { mean, standardError: Math.sqrt(deviations / (weight - 1) / weight) }
