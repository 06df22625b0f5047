import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateLogMean, includeLogs, noLogs } from './log-mean.ts'

const logs = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 40 })

describe('the mean of numbers given by their logarithms', () => {
  it('is the logarithm of the mean, at any scale', () => {
    fc.assert(
      fc.property(logs, fc.constantFrom(0, -1e4, 1e4), (values, shift) => {
        const { logMean, standardError, effectiveSamples } = estimateLogMean(
          includeLogs(
            noLogs,
            values.map((value) => value + shift),
          ),
        )
        const weights = values.map(Math.exp)
        const n = weights.length
        const mean = weights.reduce((a, b) => a + b) / n
        const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / (n - 1)
        // A shift of 10⁴ leaves 2⁻⁴⁰ of each logarithm.
        expect(Math.abs(logMean - shift - Math.log(mean))).toBeLessThan(1e-11)
        expect(standardError).toBeCloseTo(Math.sqrt(variance / n) / mean, 6)
        expect(effectiveSamples).toBeCloseTo((n * mean) ** 2 / weights.reduce((sum, w) => sum + w * w, 0), 8)
      }),
    )
  })

  it('does not depend on chunks, bit for bit', () => {
    fc.assert(
      fc.property(logs, fc.nat(40), (values, cut) => {
        const apart = includeLogs(includeLogs(noLogs, values.slice(0, cut)), values.slice(cut))
        expect(apart).toEqual(includeLogs(noLogs, values))
      }),
    )
  })

  it('counts zeros, and has edges', () => {
    const half = estimateLogMean(includeLogs(noLogs, [Number.NEGATIVE_INFINITY, 0]))
    expect(half.logMean).toBeCloseTo(-Math.LN2, 15)
    expect(estimateLogMean(includeLogs(noLogs, [Number.NEGATIVE_INFINITY])).logMean).toBe(
      Number.NEGATIVE_INFINITY,
    )
    expect(estimateLogMean(noLogs).logMean).toBeNaN()
    expect(estimateLogMean(includeLogs(noLogs, [1, Number.NaN, 2])).logMean).toBeNaN()
    expect(estimateLogMean(includeLogs(noLogs, [3]))).toEqual({
      logMean: 3,
      standardError: Number.NaN,
      effectiveSamples: 1,
    })
  })
})
