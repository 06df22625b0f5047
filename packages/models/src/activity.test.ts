import { add, item, key, mul, normal, ones, type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activeUnits, collapseWarning, includeMeans, noMeans } from './activity.ts'

const value = fc.integer({ min: -512, max: 512 }).map((n) => n / 64)
const examples = fc.array(fc.record({ means: fc.tuple(value, value), weight: fc.constantFrom(0, 1, 1, 2) }), {
  minLength: 1,
  maxLength: 20,
})
type Examples = readonly { readonly means: readonly [number, number]; readonly weight: number }[]

const meansOf = (rows: Examples): Tensor<[number, 2]> =>
  tensor(
    [rows.length, 2],
    rows.flatMap(({ means }) => means),
  )
const weightsOf = (rows: Examples): Tensor<[number]> =>
  tensor(
    [rows.length],
    rows.map(({ weight }) => weight),
  )

/** Mean and variance of one column by their definitions, in f64. */
const plain = (rows: Examples, column: 0 | 1) => {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0)
  const mean = rows.reduce((sum, { means, weight }) => sum + weight * means[column], 0) / total
  const variance =
    rows.reduce((sum, { means, weight }) => sum + weight * (means[column] - mean) ** 2, 0) / total
  return { mean, variance }
}

describe('includeMeans', () => {
  it('has the weighted mean and variance of all examples, however they are cut into batches', () => {
    fc.assert(
      fc.property(examples, fc.nat(20), (rows, cut) => {
        fc.pre(rows.some(({ weight }) => weight > 0))
        const parts = [rows.slice(0, cut), rows.slice(cut)].filter(({ length }) => length > 0)
        const moments = parts.reduce(
          (sofar, part) => includeMeans(sofar, meansOf(part), weightsOf(part)),
          noMeans<2>(2),
        )
        for (const column of [0, 1] as const) {
          const { mean, variance } = plain(rows, column)
          // Sums of twenty numbers up to 8, and of their squares, in float32.
          expect(Math.abs(moments.mean.data[column]! - mean)).toBeLessThan(1e-5)
          expect(Math.abs(moments.variance.data[column]! - variance)).toBeLessThan(1e-4)
        }
      }),
    )
  })

  it('is what it was after a batch of padding alone', () => {
    const before = includeMeans(noMeans(2), tensor([2, 2], [1, 2, 3, 5]), ones([2]))
    expect(includeMeans(before, tensor([1, 2], [99, 99]), tensor([1], [0]))).toEqual(before)
    const nothing = includeMeans(noMeans(2), tensor([1, 2], [99, 99]), tensor([1], [0]))
    expect(nothing).toEqual(noMeans(2))
  })

  it('keeps its digits where means are large against their spread', () => {
    const means = add(mul(normal(key(0), [1000, 1]), 0.1), 100)
    const moments = includeMeans(noMeans(1), means, ones([1000]))
    expect(item(moments.variance)).toBeCloseTo(0.01, 3)
  })

  it('forgets: with keep 0 there is only the last batch', () => {
    const [old, recent] = [tensor([2, 1], [5, -5]), tensor([2, 1], [1, 3])]
    const forgotten = includeMeans(includeMeans(noMeans(1), old, ones([2])), recent, ones([2]), 0)
    expect(forgotten).toEqual(includeMeans(noMeans(1), recent, ones([2])))
    const half = includeMeans(includeMeans(noMeans(1), old, ones([2])), recent, ones([2]), 0.5)
    const both: Tensor<[4, 1]> = tensor([4, 1], [5, -5, 1, 3])
    const weighted = includeMeans(noMeans(1), both, tensor([4], [0.5, 0.5, 1, 1]))
    expect(item(half.mean)).toBeCloseTo(item(weighted.mean), 6)
    expect(item(half.variance)).toBeCloseTo(item(weighted.variance), 4)
    expect(() => includeMeans(noMeans(1), old, ones([2]), 2)).toThrow(
      'includeMeans: expected keep between 0 and 1, got 2',
    )
  })

  it('refuses another number of weights, in the type and in the run', () => {
    const sentence = 'includeMeans: examples and weights differ: [3] and [2] (3 ≠ 2)'
    const means: Tensor<[3, 2]> = tensor([3, 2], [1, 2, 3, 4, 5, 6])
    // @ts-expect-error includeMeans: examples and weights differ: [3] and [2] (3 ≠ 2)
    expect(() => includeMeans(noMeans(2), means, ones([2]))).toThrow(sentence)
    const some: Tensor<[number]> = ones([2])
    expect(() => includeMeans(noMeans(2), means, some)).toThrow(sentence)
  })
})

describe('activeUnits', () => {
  it('are those of a constructed posterior', () => {
    // Means with variances 0 (collapsed), 0.0001, 0.04 and 1.
    const noise = normal(key(1), [2000, 4])
    const means = add(mul(noise, tensor([4], [0, 0.01, 0.2, 1])), 3)
    const moments = includeMeans(noMeans(4), means, ones([2000]))
    expect([...activeUnits(moments).data]).toEqual([0, 0, 1, 1])
    expect([...activeUnits(moments, 0.5).data]).toEqual([0, 0, 0, 1])
  })
})

describe('collapseWarning', () => {
  it('says how many units are left', () => {
    expect(collapseWarning(0, 16)).toMatch(/^posterior collapse: none of 16 latent units is active/)
    expect(collapseWarning(1, 16)).toMatch(/^posterior collapse: only 1 of 16 latent units is active/)
    expect(collapseWarning(2, 16)).toMatch(/^posterior collapse: only 2 of 16 latent units are active/)
    expect(collapseWarning(3, 16)).toBeNull()
    expect(collapseWarning(3, 16, 4)).toMatch(/only 3 of 16/)
    expect(collapseWarning(1, 1)).toBeNull()
  })
})
