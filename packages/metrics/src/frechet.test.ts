import { full, key, mul, normal, type Tensor, tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frechetAggregate, frechetDistance, frechetOfFeatures } from './frechet.ts'
import { aggregateMoments, type Moments } from './moments.ts'
import { symmetricEigen, timesTransposed } from './symmetric-eigen.ts'
import { symmetricMatrices } from './testing/matrices.ts'

/** A Gaussian whose covariance is the square of a matrix, plus the identity so that it has full rank. */
const gaussian = ({ n, matrix }: { n: number; matrix: Float64Array }, shift = 0): Moments => ({
  mean: Float64Array.from({ length: n }, (_, i) => i - shift),
  covariance: timesTransposed(matrix, matrix, n).map((x, i) => (i % (n + 1) === 0 ? x + 1 : x)),
})
const traceOf = ({ mean, covariance }: Moments) =>
  mean.reduce((sum, _, i) => sum + covariance[i * (mean.length + 1)]!, 0)

const pairs = fc.tuple(symmetricMatrices, symmetricMatrices).filter(([a, b]) => a.n === b.n)

describe('frechetDistance', () => {
  it('is 0 between equals and symmetric', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [first, second] = [gaussian(a), gaussian(b, 1)]
        const tolerance = 1e-12 * (1 + traceOf(first) + traceOf(second))
        expect(frechetDistance(first, first)).toBeLessThan(tolerance)
        expect(Math.abs(frechetDistance(first, second) - frechetDistance(second, first))).toBeLessThan(
          tolerance,
        )
      }),
    )
  })

  it('is Σ (√λ₁ − √λ₂)² and the distance of the means where covariances commute', () => {
    fc.assert(
      fc.property(symmetricMatrices, fc.double({ min: 0, max: 3, noNaN: true }), (a, shift) => {
        const first = gaussian(a)
        // A function of the same matrix has the same eigenvectors.
        const second = {
          mean: first.mean.map((value) => value + shift),
          covariance: timesTransposed(first.covariance, first.covariance, a.n),
        }
        const expected = symmetricEigen(first.covariance).values.reduce(
          (sum, value) => sum + (Math.sqrt(value) - value) ** 2,
          a.n * shift ** 2,
        )
        const tolerance = 1e-12 * (1 + traceOf(second) + expected)
        expect(Math.abs(frechetDistance(first, second) - expected)).toBeLessThan(tolerance)
      }),
    )
  })

  it('is that of two Gaussians in the plane that do not commute, by hand', () => {
    // tr √(A B) of 2 × 2 matrices is √(tr(A B) + 2 √det(A B)).
    const a = { mean: Float64Array.of(0, 0), covariance: Float64Array.of(2, 1, 1, 3) }
    const b = { mean: Float64Array.of(1, 2), covariance: Float64Array.of(1, -0.5, -0.5, 4) }
    const trace = 2 * 1 + 2 * (1 * -0.5) + 3 * 4
    const expected = 5 + 5 + 5 - 2 * Math.sqrt(trace + 2 * Math.sqrt(5 * 3.75))
    expect(frechetDistance(a, b)).toBeCloseTo(expected, 12)
  })

  it('is small between equals of low rank too', () => {
    const flat = { mean: new Float64Array(3), covariance: Float64Array.of(1, 1, 0, 1, 1, 0, 0, 0, 0) }
    expect(frechetDistance(flat, flat)).toBeLessThan(1e-7)
  })

  it('refuses Gaussians of different sizes', () => {
    const one = { mean: new Float64Array(1), covariance: Float64Array.of(1) }
    expect(() => frechetDistance(one, gaussian({ n: 2, matrix: new Float64Array(4) }))).toThrow(
      'frechetDistance: the sizes of the Gaussians differ: 1 ≠ 2',
    )
  })
})

describe('frechetAggregate', () => {
  it('is 0 where the posterior is the prior, and by hand elsewhere', () => {
    expect(frechetAggregate({ mean: zeros([5, 3]), logVar: zeros([5, 3]) })).toBe(0)
    // Means ±2 with variance 5 in one dimension have variance 9 in all: (3 − 1)².
    expect(
      frechetAggregate({ mean: tensor([2, 1], [-2, 2]), logVar: full([2, 1], Math.log(5)) }),
    ).toBeCloseTo(4, 6)
  })

  it('is the distance to the moments of N(0, I)', () => {
    const posteriors = { mean: mul(normal(key(1), [50, 4]), 2), logVar: normal(key(2), [50, 4]) }
    const standard = {
      mean: new Float64Array(4),
      covariance: Float64Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0)),
    }
    const reversed = (x: Tensor<[50, 4]>) =>
      tensor(
        [50, 4],
        Array.from({ length: 200 }, (_, i) => x.data[(49 - Math.floor(i / 4)) * 4 + (i % 4)]!),
      )
    const value = frechetAggregate(posteriors)
    const order = frechetAggregate({ mean: reversed(posteriors.mean), logVar: reversed(posteriors.logVar) })
    expect(Math.abs(order / value - 1)).toBeLessThan(1e-12)
    expect(frechetDistance(aggregateMoments(posteriors), standard)).toBeCloseTo(value, 12)
    expect(value).toBeGreaterThan(1)
  })
})

describe('frechetOfFeatures', () => {
  it('falls as they become more', () => {
    const distance = (n: number) => frechetOfFeatures(normal(key(1), [n, 3]), normal(key(2), [n, 3]))
    const [few, many] = [distance(100), distance(10_000)]
    expect(few).toBeLessThan(0.2)
    expect(many).toBeLessThan(few / 10)
  })
})
