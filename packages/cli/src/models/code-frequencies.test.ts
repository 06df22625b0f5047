import { key, uniform } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeFrequencies, drawCodes } from './code-frequencies.ts'

describe('drawCodes', () => {
  it('draws only codes that were seen at a place, as often as they were', () => {
    const frequencies = codeFrequencies(2, [3, 2])
    frequencies.include(Int32Array.of(0, 1, 0, 1, 2, 1, 0, 1))
    const drawn = drawCodes(frequencies.counts, uniform(key(0), [4000, 2]).data)
    const [first, second] = [0, 1].map((place) => drawn.filter((_, index) => index % 2 === place))
    expect(new Set(first)).toEqual(new Set([0, 2]))
    expect(new Set(second)).toEqual(new Set([1]))
    // Four standard deviations of a share of ¾ in 4,000 draws.
    expect(Math.abs(first!.filter((code) => code === 0).length / 4000 - 0.75)).toBeLessThan(0.028)
  })

  it('finds a code for every number below 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (codes, share) => {
          const { counts, include } = codeFrequencies(1, [4])
          include(Int32Array.from(codes))
          expect(codes).toContain(drawCodes(counts, Float32Array.of(Math.min(share, 1 - 2 ** -24)))[0])
        },
      ),
    )
  })
})
