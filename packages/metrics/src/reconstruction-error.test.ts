import { key, normal, type Tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanSquaredError } from './reconstruction-error.ts'

describe('meanSquaredError', () => {
  it('is the mean of squares for each example', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const [x, y] = [normal(key(seed), [3, 5]), normal(key(seed + 1), [3, 5])]
        meanSquaredError(x, y).data.forEach((value, row) => {
          let sum = 0
          for (let i = row * 5; i < row * 5 + 5; i++) sum += (x.data[i]! - y.data[i]!) ** 2
          // float32, of numbers of a few units.
          expect(value).toBeCloseTo(sum / 5, 4)
        })
      }),
    )
  })

  it('refuses different shapes', () => {
    const other: Tensor<[number, 2]> = zeros([4, 2])
    expect(() => meanSquaredError(zeros([3, 2]), other)).toThrow(
      'meanSquaredError: x and reconstruction differ: [3, 2] and [4, 2] (3 ≠ 4)',
    )
  })
})
