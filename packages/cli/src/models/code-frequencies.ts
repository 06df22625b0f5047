/** How often each code was seen at each place of an example. */
export interface CodeFrequencies {
  /** One histogram for each place; places go through the codebooks in turn. */
  readonly counts: readonly Float64Array[]
  /** Counts the codes of examples, `places` for each. */
  readonly include: (codes: Int32Array) => void
}

/** No codes yet, at `places` places that belong to the codebooks in turn. */
export const codeFrequencies = (places: number, codebooks: readonly number[]): CodeFrequencies => {
  const counts = Array.from(
    { length: places },
    (_, place) => new Float64Array(codebooks[place % codebooks.length]!),
  )
  return {
    counts,
    include: (codes) => {
      codes.forEach((code, index) => {
        counts[index % places]![code]! += 1
      })
    },
  }
}

/** The code at which the running sum of counts first exceeds `share` of their total. */
const codeAt = (counts: Float64Array, share: number): number => {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let sum = 0
  const code = counts.findIndex((count) => {
    sum += count
    return sum > share * total
  })
  // A share below 1 is always exceeded, unless nothing was counted.
  return Math.max(0, code)
}

/** A code for each uniform number, place after place, with the frequencies of its place. */
export const drawCodes = (counts: readonly Float64Array[], uniforms: Float32Array): Int32Array =>
  Int32Array.from(uniforms, (share, index) => codeAt(counts[index % counts.length]!, share))
