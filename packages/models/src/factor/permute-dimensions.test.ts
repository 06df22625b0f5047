import { key, normal, ones, type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { permuteDimensions } from './permute-dimensions.ts'

const batch = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4 })).chain(([b, z]) =>
  fc.record({
    z: fc
      .array(fc.integer({ min: -8, max: 8 }), { minLength: b * z, maxLength: b * z })
      .map((data): Tensor<[number, number]> => tensor([b, z], data)),
    weights: fc
      .array(fc.constantFrom(0, 1), { minLength: b, maxLength: b })
      .map((data): Tensor<[number]> => tensor([b], data)),
    seed: fc.nat(10_000),
  }),
)

const columns = ({ shape: [b, z], data }: Tensor<[number, number]>): number[][] =>
  Array.from({ length: z }, (_, j) => Array.from({ length: b }, (_, i) => data[i * z + j]!))

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)

describe('permuteDimensions', () => {
  it('keeps the multiset of each column over the examples that count, and padding where it is', () => {
    fc.assert(
      fc.property(batch, ({ z, weights, seed }) => {
        const permuted = columns(permuteDimensions(z, weights, key(seed)))
        const counts = (_: number, i: number): boolean => weights.data[i]! > 0
        columns(z).forEach((column, j) => {
          expect(sorted(permuted[j]!.filter(counts))).toEqual(sorted(column.filter(counts)))
          column.forEach((value, i) => {
            if (!counts(value, i)) expect(permuted[j]![i]).toBe(value)
          })
        })
      }),
    )
  })

  it('gives every order of three the same chance, in each dimension independently', () => {
    const runs = 3000
    const seen = new Map<string, number>()
    for (let seed = 0; seed < runs; seed++) {
      const [a, b] = columns(permuteDimensions(tensor([3, 2], [0, 0, 1, 1, 2, 2]), ones([3]), key(seed)))
      const orders = `${a!.join('')} ${b!.join('')}`
      seen.set(orders, (seen.get(orders) ?? 0) + 1)
    }
    expect(seen.size).toBe(36)
    const expected = runs / 36
    const chiSquared = [...seen.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
    // The quantile 0.999 of χ² with 35 degrees of freedom.
    expect(chiSquared).toBeLessThan(66.6)
  })

  it('makes independent what depended on each other', () => {
    const x = normal(key(0), [2000, 1])
    const both: Tensor<[2000, 2]> = tensor(
      [2000, 2],
      [...x.data].flatMap((value) => [value, value]),
    )
    const [a, b] = columns(permuteDimensions(both, ones([2000]), key(1)))
    const covariance = a!.reduce((sum, value, i) => sum + value * b![i]!, 0) / 2000
    // Four standard errors of the correlation of 2,000 independent pairs.
    expect(Math.abs(covariance)).toBeLessThan(4 / Math.sqrt(2000))
  })

  it('refuses another number of weights', () => {
    // @ts-expect-error permuteDimensions: examples and weights differ: [3] and [2] (3 ≠ 2)
    expect(() => permuteDimensions(tensor([3, 1], [1, 2, 3]), ones([2]), key(0))).toThrow(
      'permuteDimensions: examples and weights differ: [3] and [2] (3 ≠ 2)',
    )
  })
})
