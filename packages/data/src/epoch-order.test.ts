import { key } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochOrder } from './epoch-order.ts'

describe('epochOrder', () => {
  it('is a permutation', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(300), (seed, n) => {
        const sorted = epochOrder(key(seed), n).slice().sort()
        expect(sorted).toEqual(Uint32Array.from({ length: n }, (_, index) => index))
      }),
    )
  })

  it('follows from the key alone', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(300), (seed, n) => {
        expect(epochOrder(key(seed), n)).toEqual(epochOrder(key(seed), n))
      }),
    )
    expect(epochOrder(key(1), 100)).not.toEqual(epochOrder(key(2), 100))
  })

  it('favours no order', () => {
    const draws = 6000
    const counts = new Map<string, number>()
    for (let seed = 0; seed < draws; seed++) {
      const order = epochOrder(key(seed), 3).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    const expected = draws / 6
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // The 0.9999 quantile of χ² with 5 degrees of freedom; the seeds are fixed, so this cannot fail by chance.
    expect(chiSquare).toBeLessThan(25.7)
  })

  it('refuses what is no number of examples', () => {
    expect(() => epochOrder(key(0), -1)).toThrow('expected a number of examples from 0 to 2^32, got -1')
  })
})
