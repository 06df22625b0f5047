import { grad } from '@vae/autograd'
import { add, arange, key, mul, normal, ones, sum, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { onesThenZeros, rowsOf, squaredDistanceOf } from '../testing/vectors.ts'
import { entropyPenalty } from './entropy.ts'
import { lfq } from './lfq.ts'

const cases = fc.record({
  n: fc.integer({ min: 1, max: 8 }),
  d: fc.integer({ min: 1, max: 10 }),
  seed: fc.nat(),
})

describe('lfq', () => {
  it('has a corner of the cube for each index, with a bit for each feature', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (d) => {
        const quantizer = lfq(d)
        expect([quantizer.codes, quantizer.codebooks]).toEqual([2 ** d, [2 ** d]])
        const corners = quantizer.decode({}, {})(arange(2 ** d, 'i32'))
        rowsOf(corners).forEach((corner, index) => {
          expect(corner).toEqual(Array.from({ length: d }, (_, bit) => ((index >> bit) & 1 ? 1 : -1)))
        })
        expect([...quantizer.encode({}, {})(corners).data]).toEqual([...arange(2 ** d, 'i32').data])
      }),
    )
  })

  it('holds 31 bits in an index', () => {
    const quantizer = lfq(31)
    const x = normal(key(1), [4, 31])
    const signs = rowsOf(x).map((row) => row.map((value) => (value > 0 ? 1 : -1)))
    expect(rowsOf(quantizer.decode({}, {})(quantizer.encode({}, {})(x)))).toEqual(signs)
    expect(quantizer.encode({}, {})(ones([1, 31])).data[0]).toBe(2 ** 31 - 1)
    expect(() => lfq(32)).toThrow('lfq: dimension must be 31 or less, which an index can hold, got 32')
    expect(() => lfq(4, { temperature: 0 })).toThrow('lfq: temperature must be above 0, got 0')
  })

  it('gives signs with the gradient of the identity, and their distance', () => {
    fc.assert(
      fc.property(cases, ({ n, d, seed }) => {
        const quantizer = lfq(d)
        const x = normal(key(seed), [n, d])
        const { quantized, indices, losses } = quantizer.quantize({}, {})(x, ones([n]), key(0))
        expect([...quantized.data]).toEqual(Array.from(x.data, (value) => (value > 0 ? 1 : -1)))
        expect(quantizer.decode({}, {})(indices)).toEqual(quantized)
        rowsOf(x).forEach((row, i) => {
          expect(losses.commitment.data[i]).toBeCloseTo(squaredDistanceOf(row, rowsOf(quantized)[i]!), 3)
        })
        const cotangent = normal(key(seed + 1), [n, d])
        const loss = (at: Tensor<[number, number]>): Tensor<[]> =>
          sum(mul(quantizer.quantize({}, {})(at, ones([n]), key(0)).quantized, cotangent), [0, 1])
        expect(grad(loss)(x).data).toEqual(cotangent.data)
      }),
    )
  })

  it('has the entropy penalty of all corners by distance, without padding', () => {
    fc.assert(
      fc.property(cases, ({ n, d, seed }) => {
        const x = normal(key(seed), [n + 2, d])
        const weights = tensor([n + 2], onesThenZeros(n, 2))
        const quantizer = lfq(d, { temperature: 0.8, bitsPerGroup: 10 })
        const corners = rowsOf(quantizer.decode({}, {})(arange(2 ** d, 'i32')))
        const logits = rowsOf(x).flatMap((row) =>
          corners.map((corner) => -squaredDistanceOf(row, corner) / 0.8),
        )
        const expected = entropyPenalty(tensor([n + 2, 2 ** d], logits), weights)
        const { losses } = quantizer.quantize({}, {})(x, weights, key(0))
        losses.entropy.data.slice(0, n).forEach((value, i) => {
          // both are sums over 2^d assignments of logits up to 100, in float32
          expect(Math.abs(value - expected.data[i]!)).toBeLessThan(1e-3)
        })
      }),
    )
  })

  it('sums the entropies of groups of bits', () => {
    const x = normal(key(3), [6, 5])
    const columns = (from: number, to: number) =>
      tensor(
        [6, to - from],
        rowsOf(x).flatMap((row) => row.slice(from, to)),
      )
    const penalty = (of: Tensor<[6, number]>) =>
      lfq(of.shape[1]).quantize({}, {})(of, ones([6]), key(0)).losses.entropy
    const split = lfq(5, { bitsPerGroup: 3 }).quantize({}, {})(x, ones([6]), key(0)).losses.entropy
    expect(split).toEqual(add(penalty(columns(0, 3)), penalty(columns(3, 5))))
  })
})
