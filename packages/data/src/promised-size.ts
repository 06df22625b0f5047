/**
 * Number of elements that a header promises, or infinity if the sizes other than 0 multiply to more than numbers
 * hold exactly. The dimensions come from outside; no file is that large, and one size of 0 does not make the
 * others sensible.
 */
export const promisedSize = (shape: readonly number[]): number => {
  const extent = shape.reduce((product, dim) => product * Math.max(1, dim), 1)
  if (!Number.isSafeInteger(extent)) return Number.POSITIVE_INFINITY
  return shape.includes(0) ? 0 : extent
}
