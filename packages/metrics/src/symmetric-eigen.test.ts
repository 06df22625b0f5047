import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { squareRoot, symmetricEigen, timesTransposed } from './symmetric-eigen.ts'
import { symmetricMatrices } from './testing/matrices.ts'

const norm = (a: ArrayLike<number>): number => Math.sqrt(Array.from(a).reduce((sum, x) => sum + x * x, 0))
const distance = (a: Float64Array, b: Float64Array): number => norm(a.map((x, i) => x - b[i]!))

/** Rounding of a few hundred operations on numbers of the size of the matrix. */
const tolerance = (matrix: Float64Array) => 1e-13 * (1 + norm(matrix))

describe('symmetricEigen', () => {
  it('gives the matrix back, from orthogonal vectors and values in descending order', () => {
    fc.assert(
      fc.property(symmetricMatrices, ({ matrix, n }) => {
        const { values, vectors } = symmetricEigen(matrix)
        const scaled = vectors.map((v, index) => v * values[index % n]!)
        expect(distance(timesTransposed(scaled, vectors, n), matrix)).toBeLessThan(tolerance(matrix))
        const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
        expect(distance(timesTransposed(vectors, vectors, n), identity)).toBeLessThan(1e-13)
        expect([...values]).toEqual([...values].sort((a, b) => b - a))
      }),
    )
  })

  it('knows the eigenvalues of the second difference: 2 − 2 cos(π k / (n + 1))', () => {
    const n = 40
    const matrix = Float64Array.from({ length: n * n }, (_, index) => {
      const apart = Math.abs((index % n) - Math.floor(index / n))
      return apart === 0 ? 2 : apart === 1 ? -1 : 0
    })
    const expected = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos((Math.PI * (n - k)) / (n + 1)))
    for (const [i, value] of symmetricEigen(matrix).values.entries())
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-13)
  })

  it('leaves a diagonal matrix exact, also an empty one', () => {
    expect([...symmetricEigen(Float64Array.of(1, 0, 0, 1e300)).values]).toEqual([1e300, 1])
    expect([...symmetricEigen(new Float64Array(0)).values]).toEqual([])
  })

  it('refuses what is no square matrix of finite numbers', () => {
    expect(() => symmetricEigen(new Float64Array(3))).toThrow(
      'symmetricEigen: the matrix must be square, got 3 elements',
    )
    expect(() => symmetricEigen(Float64Array.of(Number.NaN))).toThrow('every element must be finite')
  })
})

describe('squareRoot', () => {
  it('squares to the matrix', () => {
    fc.assert(
      fc.property(symmetricMatrices, ({ matrix, n }) => {
        const positive = timesTransposed(matrix, matrix, n)
        const root = squareRoot(positive)
        expect(distance(timesTransposed(root, root, n), positive)).toBeLessThan(tolerance(positive))
      }),
    )
  })
})
