/** The number below which the part `q` of some numbers lies, between two of them in proportion. */
export const quantile = (numbers, q) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = q * (sorted.length - 1)
  const below = Math.floor(at)
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below])
}

export const median = (numbers) => quantile(numbers, 0.5)
