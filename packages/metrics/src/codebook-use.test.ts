import { tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codebookUse, countCodes, noCodes } from './codebook-use.ts'

const streams = fc.array(fc.nat(6), { minLength: 1, maxLength: 60 })

describe('codebook use', () => {
  it('has perplexity and usage of constructed streams', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 5 }), (used, times) => {
        const stream = Array.from({ length: used * times }, (_, i) => i % used)
        const use = codebookUse(countCodes(noCodes(64), tensor([stream.length], stream, 'i32')))
        expect(use.used).toBe(used)
        expect(use.usage).toBe(used / 64)
        expect(Math.abs(use.perplexity / used - 1)).toBeLessThan(1e-14)
      }),
    )
    // Shares ½, ¼, ¼ have 1.5 bits.
    expect(codebookUse(Float64Array.of(2, 1, 1, 0)).perplexity).toBeCloseTo(2 ** 1.5, 13)
  })

  it('does not depend on batch size, order or padding, bit for bit', () => {
    fc.assert(
      fc.property(streams, fc.nat(60), (stream, cut) => {
        const count = (codes: readonly number[], from = noCodes(7)) =>
          countCodes(from, tensor([codes.length], codes, 'i32'))
        const whole = codebookUse(count(stream))
        expect(codebookUse(count(stream.slice(cut), count(stream.slice(0, cut))))).toEqual(whole)
        expect(codebookUse(count([...stream].reverse()))).toEqual(whole)
        const weights = tensor([stream.length + 2], [...stream.map(() => 1), 0, 0])
        const padded = tensor([stream.length + 2], [...stream, 99, -1], 'i32')
        expect(codebookUse(countCodes(noCodes(7), padded, weights))).toEqual(whole)
      }),
    )
  })

  it('weights examples with all their positions', () => {
    const codes = tensor([2, 2], [0, 1, 2, 2], 'i32')
    expect([...countCodes(noCodes(3), codes, tensor([2], [3, 0]))]).toEqual([3, 3, 0])
  })

  it('refuses codes that the codebook does not have, and has an edge', () => {
    expect(() => countCodes(noCodes(3), tensor([1], [3], 'i32'))).toThrow(
      'countCodes: codes must be from 0 to 2, got 3',
    )
    expect(() => countCodes(noCodes(3), tensor([2], [0, 1], 'i32'), tensor([1], [1]))).toThrow(
      'countCodes: codes and weights differ: [2] and [1] (2 ≠ 1)',
    )
    expect(() => noCodes(0)).toThrow('noCodes: size must be a whole number above 0, got 0')
    expect(codebookUse(noCodes(3)).perplexity).toBeNaN()
  })
})
