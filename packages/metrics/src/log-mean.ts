import { numerics } from '@vae/tensor'

/** The mean of numbers given by their logarithms, which may be far below the smallest float; in f64. Immutable. */
export interface LogMean {
  readonly count: number
  /** The largest logarithm so far; what follows is relative to it. */
  readonly largest: number
  /** Σ e^(log − largest). */
  readonly sum: number
  /** Σ e^(2 (log − largest)). */
  readonly squares: number
}

/** The mean of nothing yet: where `includeLogs` starts. */
export const noLogs: LogMean = { count: 0, largest: Number.NEGATIVE_INFINITY, sum: 0, squares: 0 }

/**
 * `running` with more numbers, one after the other, so that the result does not depend on how they are cut into chunks,
 * to the last bit.
 *
 * ```ts
 * includeLogs(noLogs, [-1000, -1000]) // → { count: 2, largest: -1000, sum: 2, squares: 2 }
 * ```
 *
 * @param logs natural logarithms; −∞ stands for 0
 */
export const includeLogs = (running: LogMean, logs: Iterable<number>): LogMean => {
  let { count, largest, sum, squares } = running
  for (const value of logs) {
    count++
    if (value === Number.NEGATIVE_INFINITY) continue
    if (value > largest) {
      const scale = numerics.exp(largest - value)
      sum = sum * scale + 1
      squares = squares * scale * scale + 1
      largest = value
    } else {
      const relative = numerics.exp(value - largest)
      sum += relative
      squares += relative * relative
    }
  }
  return { count, largest, sum, squares }
}

/** The logarithm of a mean with what is known of its error. */
export interface LogMeanEstimate {
  /** log (1/K Σ wₖ). */
  readonly logMean: number
  /**
   * Standard deviation of `logMean` over the choice of the K numbers, to first order (the delta method); NaN for fewer
   * than two. Where a few numbers carry the mean, the true error is larger.
   */
  readonly standardError: number
  /** (Σ wₖ)² / Σ wₖ²: from 1, where one number carries the mean, to K, where all are equal. */
  readonly effectiveSamples: number
}

/**
 * What is known of the mean after all numbers. Of none it is NaN, of zeros alone −∞.
 *
 * ```ts
 * estimateLogMean(includeLogs(noLogs, [-1000, -1000])) // → { logMean: -1000, standardError: 0, effectiveSamples: 2 }
 * ```
 *
 * @see A. B. Owen, "Monte Carlo theory, methods and examples" (2013), sections 2.7 (delta method) and 9.3 (effective
 * sample size)
 */
export const estimateLogMean = ({ count, largest, sum, squares }: LogMean): LogMeanEstimate => ({
  logMean: count === 0 ? Number.NaN : largest + numerics.log(sum / count),
  // Rounding may leave a variance of −2⁻⁵³ where all numbers are equal.
  standardError: Math.sqrt((Math.max(0, squares / (sum * sum) - 1 / count) * count) / (count - 1)),
  effectiveSamples: (sum * sum) / squares,
})
