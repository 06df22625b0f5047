import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countsOf, entropyOf, histogramBins, mutualInformation } from './information.ts'

const column = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 40 })

describe('histogramBins', () => {
  it('puts each value between the edges of its bin', () => {
    fc.assert(
      fc.property(column, fc.integer({ min: 1, max: 25 }), (list, bins) => {
        const [low, high] = [Math.min(...list), Math.max(...list)]
        for (const [i, bin] of histogramBins(Float64Array.from(list), bins).entries()) {
          if (high === low) {
            expect(bin).toBe(0)
            continue
          }
          expect(bin).toBeGreaterThanOrEqual(0)
          expect(bin).toBeLessThan(bins)
          expect(list[i]).toBeGreaterThanOrEqual(low + (bin * (high - low)) / bins)
          if (bin < bins - 1) expect(list[i]).toBeLessThan(low + ((bin + 1) * (high - low)) / bins)
        }
      }),
    )
  })
})

describe('mutualInformation', () => {
  const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(2)), { minLength: 1, maxLength: 60 })

  it('is symmetric, at least 0 and at most each entropy', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const first = Int32Array.from(list, ([a]) => a)
        const second = Int32Array.from(list, ([, b]) => b)
        const information = mutualInformation(first, second, [4, 3])
        expect(mutualInformation(second, first, [3, 4])).toBeCloseTo(information, 12)
        expect(information).toBeGreaterThanOrEqual(0)
        const least = Math.min(entropyOf(countsOf(first, 4)), entropyOf(countsOf(second, 3)))
        expect(information).toBeLessThanOrEqual(least + 1e-12)
      }),
    )
  })

  it('is the entropy of a variable with itself, and exactly 0 with a constant', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const first = Int32Array.from(list, ([a]) => a)
        const counts = countsOf(first, 4)
        expect(mutualInformation(first, first, [4, 4])).toBeCloseTo(entropyOf(counts), 12)
        expect(mutualInformation(first, new Int32Array(first.length), [4, 1])).toBe(0)
      }),
    )
  })
})
