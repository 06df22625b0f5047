import { key } from '@vae/tensor'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dspritesFactorsAt, dspritesPairsSharing, dspritesSharing, randomDsprites } from './draws.ts'
import { dspritesFactors } from './factors.ts'

const { names } = dspritesFactors
const factorCount = names.length
const factor = fc.nat(factorCount - 1)
const seed = fc.nat()
const column = (indices: Uint32Array, at: number): readonly number[] =>
  [...dspritesFactorsAt(indices).data].filter((_, place) => place % factorCount === at)

it('draws images that share one factor, and differ in the others', () => {
  fc.assert(
    fc.property(factor, seed, (shared, number) => {
      const images = dspritesSharing(names[shared]!, key(number), 100)
      const values = Array.from({ length: factorCount }, (_, at) => new Set(column(images, at)).size)
      expect(values.map((size) => size === 1)).toEqual(values.map((_, at) => at === shared))
    }),
    { numRuns: 20 },
  )
})

it('draws pairs that share one factor, which differs from pair to pair', () => {
  fc.assert(
    fc.property(factor, seed, (shared, number) => {
      const [first, second] = dspritesPairsSharing(names[shared]!, key(number), 100)
      expect(column(first, shared)).toEqual(column(second, shared))
      expect(new Set(column(first, shared)).size).toBeGreaterThan(1)
      for (const other of Array.from({ length: factorCount }, (_, at) => at))
        if (other !== shared) expect(column(first, other)).not.toEqual(column(second, other))
    }),
    { numRuns: 20 },
  )
})

it('draws every value of each factor, as often as others', () => {
  const images = randomDsprites(key(0), 20_000)
  for (const [at, name] of names.entries()) {
    const size = dspritesFactors.sizes[name]
    const counts = new Float64Array(size)
    for (const value of column(images, at)) counts[value]!++
    const expected = 20_000 / size
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected))
  }
})
