import { add, key, ones, slice, type Tensor, type TensorOf, tensor, uniform } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { codeHistogram, codePerplexity, codeUsage } from './usage.ts'

const cases = fc.record({
  n: fc.integer({ min: 1, max: 40 }),
  q: fc.integer({ min: 1, max: 3 }),
  k: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
})

/** Indices of every stage, from −1 for a dropped one. */
const indicesOf = (n: number, q: number, k: number, seed: number): TensorOf<[number, number], 'i32'> => {
  const drawn = Array.from(uniform(key(seed), [n, q]).data, (u) => Math.floor(u * (k + 1)) - 1)
  return tensor([n, q], drawn, 'i32')
}

const weightsOf = (n: number, seed: number): Tensor<[number]> =>
  tensor(
    [n],
    Array.from({ length: n }, (_, i) => (seed + i) % 3),
  )

describe('codeHistogram', () => {
  it('counts by weight, each stage on its own', () => {
    fc.assert(
      fc.property(cases, ({ n, q, k, seed }) => {
        const [indices, weights] = [indicesOf(n, q, k, seed), weightsOf(n, seed)]
        const histogram = codeHistogram(k)(indices, weights)
        expect(histogram.shape).toEqual([q, k])
        for (let stage = 0; stage < q; stage++)
          for (let code = 0; code < k; code++) {
            let count = 0
            for (let i = 0; i < n; i++) if (indices.data[i * q + stage] === code) count += weights.data[i]!
            expect(histogram.data[stage * k + code]).toBe(count)
          }
      }),
    )
  })

  it('is the sum of the histograms of any parts', () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), ({ n, q, k, seed }, at) => {
        const [indices, weights, cut] = [indicesOf(n, q, k, seed), weightsOf(n, seed), Math.floor(at * n)]
        const part = (from: number, to: number) =>
          codeHistogram(k)(
            slice(indices, 0, from, to) as TensorOf<[number, number], 'i32'>,
            slice(weights, 0, from, to) as Tensor<[number]>,
          )
        expect(add(part(0, cut), part(cut, n))).toEqual(codeHistogram(k)(indices, weights))
      }),
    )
  })

  it('has the shape of its indices', () => {
    const one = codeHistogram(512)(tensor([3], [0, 1, 1], 'i32'), ones([3]))
    expectTypeOf(one).toEqualTypeOf<Tensor<[512]>>()
    expect([...one.data.slice(0, 3)]).toEqual([1, 2, 0])
    const stages = codeHistogram(4)(tensor([1, 2], [3, -1], 'i32'), ones([1]))
    expectTypeOf(stages).toEqualTypeOf<Tensor<[2, 4]>>()
    expectTypeOf(codePerplexity(stages)).toEqualTypeOf<Tensor<[2]>>()
    expectTypeOf(codeUsage(one)).toEqualTypeOf<Tensor<[]>>()
    expect([...codeUsage(stages).data]).toEqual([0.25, 0])
  })
})

describe('codePerplexity', () => {
  it('is e to the entropy, from 1 to K, whatever the scale and order of the counts', () => {
    const histograms = fc
      .array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 12 })
      .filter((counts) => counts.some((count) => count > 0))
    fc.assert(
      fc.property(histograms, fc.constantFrom(1, 2, 64), (counts, scale) => {
        const total = counts.reduce((a, b) => a + b, 0)
        const entropy = -counts.reduce((h, c) => h + (c === 0 ? 0 : (c / total) * Math.log(c / total)), 0)
        const of = (values: readonly number[]): number =>
          codePerplexity(tensor([values.length], values) as Tensor<[number]>).data[0]!
        const perplexity = of(counts.map((count) => count * scale))
        // a dozen terms of at most 1/e, rounded to float32
        expect(Math.abs(perplexity / Math.exp(entropy) - 1)).toBeLessThan(1e-5)
        expect(of([...counts].reverse()) / perplexity).toBeCloseTo(1, 5)
        expect(perplexity).toBeLessThanOrEqual(counts.length * (1 + 1e-5))
        expect(perplexity).toBeGreaterThanOrEqual(1 - 1e-5)
      }),
    )
  })

  it('is the number of codes that are used equally', () => {
    for (const used of [1, 3, 512]) {
      const counts = Array.from({ length: 512 }, (_, i) => (i < used ? 7 : 0))
      const histogram = tensor([512], counts)
      expect(codePerplexity(histogram).data[0]! / used).toBeCloseTo(1, 5)
      expect(codeUsage(histogram).data[0]).toBe(used / 512)
    }
  })
})
