import { numerics } from '@vae/tensor'
import type { Observations } from './observations.ts'

/** How many bins of equal width codes fall into; the number of Locatello et al. */
export const defaultBins = 20

/**
 * The bin of each value, of `bins` bins of equal width from the smallest to the largest; a value on an edge belongs to
 * the bin above, the largest to the last. All values in the first bin where they are the same.
 *
 * ```ts
 * histogramBins(Float64Array.of(0, 0.4, 0.5, 1), 2) // → [0, 0, 1, 1]
 * ```
 */
export const histogramBins = (values: Float64Array, bins: number): Int32Array => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const edge = (bin: number): number => low + (bin * (high - low)) / bins
  return Int32Array.from(values, (value) => {
    if (high === low) return 0
    // The division may round across an edge.
    let bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))
    while (bin < bins - 1 && value >= edge(bin + 1)) bin++
    while (bin > 0 && value < edge(bin)) bin--
    return bin
  })
}

/** −Σ p log p of counts, in nats. */
export const entropyOf = (counts: ArrayLike<number>): number => {
  let [total, sum] = [0, 0]
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!
    if (count === 0) continue
    total += count
    sum += count * numerics.log(count)
  }
  return numerics.log(total) - sum / total
}

/** How often each of `size` values occurs. */
export const countsOf = (values: Int32Array, size: number): Float64Array => {
  const counts = new Float64Array(size)
  for (const value of values) counts[value]!++
  return counts
}

/**
 * Mutual information of two discrete variables in nats, from their counts (the plug-in estimate). Of independent
 * variables with A and B values it is not 0 but about (A − 1)(B − 1) / 2N for N pairs.
 */
export const mutualInformation = (
  first: Int32Array,
  second: Int32Array,
  [firstSize, secondSize]: readonly [number, number],
): number => {
  const joint = new Float64Array(firstSize * secondSize)
  for (const [i, value] of first.entries()) joint[value * secondSize + second[i]!]!++
  const information =
    entropyOf(countsOf(first, firstSize)) + entropyOf(countsOf(second, secondSize)) - entropyOf(joint)
  // Rounding of the three entropies, which would make a code that tells nothing tell most of the first factor.
  return information < 1e-12 ? 0 : information
}

/** Mutual information in nats of each code, in bins, with each factor: `[factor][code]`. */
export const informationMatrix = (
  { codes, factors, values }: Observations,
  bins: number,
): readonly (readonly number[])[] => {
  const binned = codes.map((code) => histogramBins(code, bins))
  return factors.map((factor, f) => binned.map((code) => mutualInformation(code, factor, [bins, values[f]!])))
}
