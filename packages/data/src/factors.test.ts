import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorSpace } from './factors.ts'

const names = ['first', 'second', 'third', 'fourth'] as const

/** Spaces of up to four factors with up to five classes each. */
const spaces = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })
  .map((sizes) => factorSpace(Object.fromEntries(sizes.map((size, index) => [names[index]!, size]))))

describe('factorSpace', () => {
  it('numbers all combinations, the last factor fastest', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        const all = space.names.reduce<number[][]>(
          (rows, name) =>
            rows.flatMap((row) => Array.from({ length: space.sizes[name]! }, (_, i) => [...row, i])),
          [[]],
        )
        expect(space.count).toBe(all.length)
        all.forEach((classes, index) => {
          const factors = space.factorsOf(index)
          expect(Object.keys(factors)).toEqual(space.names)
          expect(Object.values(factors)).toEqual(classes)
          expect(space.indexOf(factors)).toBe(index)
        })
      }),
    )
  })

  it('refuses what is no combination', () => {
    const { factorsOf, indexOf } = factorSpace({ shape: 3, x: 32 })
    for (const index of [-1, 96, 0.5])
      expect(() => factorsOf(index)).toThrow(`factorsOf: expected an index from 0 to 95, got ${index}`)
    expect(() => indexOf({ shape: 3, x: 0 })).toThrow('indexOf: expected shape from 0 to 2, got 3')
    expect(() => indexOf({ shape: 0, x: -1 })).toThrow('indexOf: expected x from 0 to 31, got -1')
  })
})
