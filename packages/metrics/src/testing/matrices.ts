import * as fc from 'fast-check'

/** Symmetric matrices of up to 8 rows, singular ones among them. */
export const symmetricMatrices = fc.integer({ min: 1, max: 8 }).chain((n) =>
  fc.array(fc.integer({ min: -64, max: 64 }), { minLength: n * n, maxLength: n * n }).map((values) => ({
    n,
    matrix: Float64Array.from({ length: n * n }, (_, index) => {
      const [i, j] = [Math.floor(index / n), index % n]
      return values[Math.min(i, j) * n + Math.max(i, j)]! / 16
    }),
  })),
)
