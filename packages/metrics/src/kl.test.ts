import { klToStandardNormal } from '@vae/models'
import { full, key, mul, normal, type Tensor, tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activeUnits, klPerDimension } from './kl.ts'
import { sampleMoments } from './moments.ts'
import { reorder } from './testing/codes.ts'

const order = Array.from({ length: 30 }, (_, i) => (i * 7) % 30)

describe('klPerDimension', () => {
  it('is the mean over examples of the closed form', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const posteriors = { mean: normal(key(seed), [30, 3]), logVar: normal(key(seed + 1), [30, 3]) }
        const nats = klToStandardNormal(posteriors).data
        for (const [dimension, { mean, standardError }] of klPerDimension(posteriors).entries()) {
          const column = Array.from({ length: 30 }, (_, n) => nats[n * 3 + dimension]!)
          const expected = column.reduce((a, b) => a + b) / 30
          const squares = column.reduce((sum, value) => sum + (value - expected) ** 2, 0)
          // The closed form was rounded to float32.
          expect(mean).toBeCloseTo(expected, 5)
          expect(standardError).toBeCloseTo(Math.sqrt(squares / 29 / 30), 5)
        }
      }),
    )
  })

  it('is 0 for the prior, accurate near it, and independent of the order', () => {
    expect(klPerDimension({ mean: zeros([4, 1]), logVar: zeros([4, 1]) })[0]!.mean).toBe(0)
    // ½ (e^v − 1 − v) is v² / 4 for small v.
    const tiny = klPerDimension({ mean: zeros([2, 1]), logVar: full([2, 1], 2 ** -12) })[0]!.mean
    expect(Math.abs(tiny / 2 ** -26 - 1)).toBeLessThan(1e-4)
    const mean: Tensor<[number, number]> = normal(key(0), [30, 2])
    const logVar: Tensor<[number, number]> = normal(key(1), [30, 2])
    const value = klPerDimension({ mean, logVar })[0]!.mean
    const other = klPerDimension({ mean: reorder(mean, order), logVar: reorder(logVar, order) })[0]!.mean
    expect(Math.abs(other / value - 1)).toBeLessThan(1e-12)
  })

  it('refuses a mean and a variance of different shapes', () => {
    const logVar: Tensor<[number, 2]> = zeros([3, 2])
    expect(() => klPerDimension({ mean: zeros([4, 2]), logVar })).toThrow(
      'klPerDimension: mean and logVar differ: [4, 2] and [3, 2] (4 ≠ 3)',
    )
  })
})

describe('activeUnits', () => {
  it('counts the dimensions of a constructed posterior', () => {
    // Deviations 1, 0.2, 0.05 and 0 around an offset: variances 1, 0.04, 0.0025 and 0.
    const means = mul(normal(key(3), [2000, 4]), tensor([4], [1, 0.2, 0.05, 0]))
    const { count, active, variances } = activeUnits(means)
    expect(count).toBe(2)
    expect(active).toEqual([true, true, false, false])
    const { covariance } = sampleMoments(means)
    for (const [i, variance] of variances.entries()) expect(variance).toBeCloseTo(covariance[i * 5]!, 12)
    expect(activeUnits(means, 0.001).count).toBe(3)
    expect(activeUnits(means, 0.1).count).toBe(1)
  })

  it('needs two examples', () => {
    expect(() => activeUnits(zeros([1, 2]))).toThrow('activeUnits: at least two examples are needed, got 1')
  })
})
