import { key, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binarised, intensities } from './intensities.ts'

const bytes = fc.array(fc.nat(255), { minLength: 1 })

describe('intensities', () => {
  it('are bytes over 255', () => {
    fc.assert(
      fc.property(bytes, (pixels) => {
        const { data } = intensities(tensor([pixels.length], pixels, 'u8'))
        // A factor of 1/255 rounded to f32 instead of a division: two roundings of 2^-24 each.
        pixels.forEach((pixel, i) => {
          expect(Math.abs(data[i]! - pixel / 255)).toBeLessThanOrEqual(2 ** -23)
        })
        expect(data.every((value) => value >= 0 && value <= 1)).toBe(true)
      }),
    )
  })
})

describe('binarised', () => {
  it('keeps 0 and 1, gives nothing else, and follows from the key', () => {
    fc.assert(
      fc.property(fc.nat(), bytes, (seed, pixels) => {
        const x = intensities(tensor([1, pixels.length], pixels, 'u8'))
        const drawn = binarised(x, key(seed))
        expect(drawn.shape).toEqual(x.shape)
        pixels.forEach((pixel, i) => {
          expect([0, 1]).toContain(drawn.data[i])
          if (pixel === 0) expect(drawn.data[i]).toBe(0)
          if (pixel === 255) expect(drawn.data[i]).toBe(1)
        })
        expect(binarised(x, key(seed))).toEqual(drawn)
      }),
    )
  })

  it('is 1 with the probability of the intensity', () => {
    const count = 20_000
    for (const p of [0.004, 0.2, 0.5, 0.996]) {
      const { data } = binarised(tensor([count], new Array<number>(count).fill(p)), key(3))
      const share = data.reduce((sum, value) => sum + value, 0) / count
      // Five standard errors; the key is fixed, so this cannot fail by chance.
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / count))
    }
  })
})
