/**
 * Number of elements that a header promises. The dimensions come from outside, so their product may leave the
 * exact range of numbers: one 0 makes it 0 whatever the rest is, and beyond 2⁵³ it only has to compare as
 * larger than any file.
 */
export const promisedSize = (shape: readonly number[]): number =>
  shape.includes(0) ? 0 : shape.reduce((size, dim) => size * dim, 1)
