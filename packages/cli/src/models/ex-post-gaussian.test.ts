import { key, normal } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawFrom, fitGaussian } from './ex-post-gaussian.ts'

const covarianceOf = (rows: Float32Array, size: number): number[] => {
  const { root } = fitGaussian([rows], size)
  return Array.from({ length: size * size }, (_, place) => {
    const [i, j] = [Math.floor(place / size), place % size]
    let sum = 0
    for (let k = 0; k < size; k++) sum += root[i * size + k]! * root[j * size + k]!
    return sum
  })
}

describe('fitGaussian', () => {
  it('has the mean and the covariance of the rows, however they come in blocks', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 19 }), (seed, cut) => {
        const rows = normal(key(seed), [20, 3]).data
        const mean = [0, 1, 2].map(
          (i) => rows.filter((_, place) => place % 3 === i).reduce((a, b) => a + b, 0) / 20,
        )
        const whole = fitGaussian([rows], 3)
        const parts = fitGaussian([rows.slice(0, 3 * cut), rows.slice(3 * cut)], 3)
        mean.forEach((value, i) => {
          expect(whole.mean[i]).toBeCloseTo(value, 5)
        })
        parts.root.forEach((value, i) => {
          expect(value).toBeCloseTo(whole.root[i]!, 9)
        })
        covarianceOf(rows, 3).forEach((value, place) => {
          const [i, j] = [Math.floor(place / 3), place % 3]
          let expected = 0
          for (let row = 0; row < 20; row++)
            expected += ((rows[row * 3 + i]! - mean[i]!) * (rows[row * 3 + j]! - mean[j]!)) / 20
          expect(value).toBeCloseTo(expected, 5)
        })
      }),
    )
  })

  it('draws nothing but what it has seen where dimensions depend on each other, or never change', () => {
    const rows = Float32Array.from({ length: 60 }, (_, place) => {
      const value = Math.sin(Math.floor(place / 3))
      return [value, 2 * value + 1, 4][place % 3]!
    })
    const drawn = drawFrom(fitGaussian([rows], 3), normal(key(1), [50, 3]).data)
    for (let row = 0; row < 50; row++) {
      expect(drawn[row * 3 + 1]).toBeCloseTo(2 * drawn[row * 3]! + 1, 3)
      expect(drawn[row * 3 + 2]).toBeCloseTo(4, 5)
    }
  })
})
