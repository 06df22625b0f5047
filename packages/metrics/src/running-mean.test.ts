import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimate, include, noExamples } from './running-mean.ts'

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 50 })

const plain = (xs: readonly number[]) => {
  const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length
  const variance = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (xs.length - 1)
  return { mean, standardError: Math.sqrt(variance / xs.length) }
}

const ones = (xs: readonly number[]) => xs.map(() => 1)

describe('running mean', () => {
  it('is the mean with its standard error', () => {
    fc.assert(
      fc.property(values, (xs) => {
        const { mean, standardError } = estimate(include(noExamples, xs, ones(xs)))
        const expected = plain(xs)
        expect(mean).toBeCloseTo(expected.mean, 6)
        expect(standardError).toBeCloseTo(expected.standardError, 6)
      }),
    )
  })

  it('does not depend on how the examples come', () => {
    fc.assert(
      fc.property(values, fc.nat(50), (xs, cut) => {
        const [left, right] = [xs.slice(0, cut), xs.slice(cut)]
        const apart = include(include(noExamples, left, ones(left)), right, ones(right))
        expect(apart).toEqual(include(noExamples, xs, ones(xs)))
      }),
    )
  })

  it('leaves padding out, even if it is no number', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 5, Number.NaN, Number.POSITIVE_INFINITY), (xs, padding) => {
        const padded = include(noExamples, [...xs, padding], [...ones(xs), 0])
        expect(padded).toEqual(include(noExamples, xs, ones(xs)))
      }),
    )
  })

  it('counts a weight as repetitions', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 5 }), (xs, times) => {
        const weighted = estimate(
          include(
            noExamples,
            xs,
            xs.map(() => times),
          ),
        )
        const repeated = plain(xs.flatMap((x) => Array<number>(times).fill(x)))
        expect(weighted.mean).toBeCloseTo(repeated.mean, 6)
        expect(weighted.standardError).toBeCloseTo(repeated.standardError, 6)
      }),
    )
  })

  it('knows nothing without examples', () => {
    expect(estimate(noExamples)).toEqual({ mean: Number.NaN, standardError: Number.NaN })
    expect(estimate(include(noExamples, [3], [1]))).toEqual({ mean: 3, standardError: Number.NaN })
  })
})
