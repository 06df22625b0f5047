/** How many bins a feature has at most; their numbers fit a byte. */
export const maximalBins = 128

/** Values that tell the bins of one feature apart: a value belongs to bin b when exactly b thresholds are below it. */
export type Thresholds = Float64Array

/**
 * Thresholds halfway between neighbouring values, or, where there are more than 128 of those, between quantiles: bins of
 * equal counts.
 */
export const thresholdsOf = (values: Float64Array): Thresholds => {
  const sorted = values.slice().sort()
  const different = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  const between = (low: number, high: number): number => low + (high - low) / 2
  if (different.length <= maximalBins)
    return Float64Array.from({ length: different.length - 1 }, (_, i) =>
      between(different[i]!, different[i + 1]!),
    )
  const cuts = new Set<number>()
  for (let bin = 1; bin < maximalBins; bin++) {
    const at = Math.floor((bin * sorted.length) / maximalBins)
    if (sorted[at - 1] !== sorted[at]) cuts.add(between(sorted[at - 1]!, sorted[at]!))
  }
  return Float64Array.from(cuts)
}

/** The bin of each value. */
export const binsOf = (values: Float64Array, thresholds: Thresholds): Uint8Array =>
  Uint8Array.from(values, (value) => {
    let [low, high] = [0, thresholds.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (thresholds[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  })
