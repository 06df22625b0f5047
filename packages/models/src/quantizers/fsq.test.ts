import { grad } from '@vae/autograd'
import { arange, key, ones, sum, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsOf } from '../testing/vectors.ts'
import { fsq } from './fsq.ts'

const levels = fc.array(fc.integer({ min: 2, max: 8 }), { minLength: 1, maxLength: 4 })

/** The bound of a feature in double precision. */
const boundOf = (level: number, x: number): number => {
  const [half, offset] = [((level - 1) * 1.001) / 2, level % 2 === 0 ? 0.5 : 0]
  return Math.tanh(x + Math.atanh(offset / half)) * half - offset
}

describe('fsq', () => {
  it('has one code for each index: all of the grid, none twice', () => {
    fc.assert(
      fc.property(levels, (drawn) => {
        const quantizer = fsq(drawn)
        const all = drawn.reduce((product, level) => product * level, 1)
        expect([quantizer.codes, quantizer.codebooks]).toEqual([all, [all]])
        const codes = rowsOf(quantizer.decode({}, {})(arange(all, 'i32')))
        expect(new Set(codes.map(String)).size).toBe(all)
        codes.forEach((code, index) => {
          // mixed radix: the first feature is the last digit
          let rest = index
          const expected = drawn.map((level) => {
            const digit = rest % level
            rest = Math.floor(rest / level)
            const half = Math.floor(level / 2)
            return Math.fround((digit - half) / half)
          })
          expect(code.map((value) => value + 0)).toEqual(expected.map((value) => value + 0))
        })
      }),
    )
  })

  it('reaches every code: what is bounded to it has its index', () => {
    fc.assert(
      fc.property(levels, (drawn) => {
        const quantizer = fsq(drawn)
        const codes = quantizer.decode({}, {})(arange(quantizer.codes, 'i32'))
        const inverse = rowsOf(codes).flatMap((code) =>
          code.map((value, i) => {
            const level = drawn[i]!
            const [half, offset] = [((level - 1) * 1.001) / 2, level % 2 === 0 ? 0.5 : 0]
            const position = value * Math.floor(level / 2)
            return Math.atanh((position + offset) / half) - Math.atanh(offset / half)
          }),
        )
        const x = tensor([quantizer.codes, drawn.length], inverse)
        expect([...quantizer.encode({}, {})(x).data]).toEqual([...arange(quantizer.codes, 'i32').data])
      }),
    )
  })

  it('is the rounded bound, exactly a code, and the same for any weights', () => {
    const number = fc.integer({ min: -300, max: 300 }).map((n) => n / 64)
    const cases = levels.chain((drawn) =>
      fc.tuple(
        fc.constant(drawn),
        fc.array(number, { minLength: drawn.length * 3, maxLength: drawn.length * 3 }),
      ),
    )
    fc.assert(
      fc.property(cases, ([drawn, elements]) => {
        const quantizer = fsq(drawn)
        const x = tensor([3, drawn.length], elements)
        const { quantized, indices } = quantizer.quantize({}, {})(x, tensor([3], [1, 0, 1]), key(0))
        expect(quantizer.decode({}, {})(indices)).toEqual(quantized)
        expect(quantizer.encode({}, {})(x)).toEqual(indices)
        rowsOf(x).forEach((row, i) => {
          row.forEach((value, j) => {
            const level = drawn[j]!
            const position = rowsOf(quantized)[i]![j]! * Math.floor(level / 2)
            // half a level, and what float32 makes of the bound
            expect(Math.abs(position - boundOf(level, value))).toBeLessThanOrEqual(0.5 + 1e-4)
          })
        })
      }),
    )
  })

  it('bounds 0 to 0, and has the gradient of its bound', () => {
    const quantizer = fsq([2, 3, 8, 5])
    const loss = (x: Tensor<[1, 4]>) =>
      sum(quantizer.quantize({}, {})(x, ones([1]), key(0)).quantized, [0, 1])
    const at = [0.3, -0.2, 0, 1]
    const gradient = grad(loss)(tensor([1, 4], at)).data
    quantizer.levels.forEach((level, i) => {
      const slope = (boundOf(level, at[i]! + 1e-5) - boundOf(level, at[i]! - 1e-5)) / 2e-5
      // the offset of two levels lies close to the end of the artanh, which amplifies its rounding
      expect(gradient[i]).toBeCloseTo(slope / Math.floor(level / 2), level === 2 ? 3 : 5)
    })
    expect(
      quantizer.quantize({}, {})(tensor([1, 4], [0, 0, 0, 0]), ones([1]), key(0)).quantized.data,
    ).toEqual(Float32Array.of(0, 0, 0, 0))
  })

  it('refuses more codes than an index tells, and too many levels', () => {
    expect(() => fsq([1000, 1000, 1000, 1000])).toThrow(
      'fsq: levels must make from 2 to 2147483648 codes, [1000, 1000, 1000, 1000] makes 1000000000000',
    )
    expect(() => fsq([1001])).toThrow('fsq: levels must be whole numbers from 2 to 1000, got 1001')
    expect(() => fsq([])).toThrow('fsq: levels must make from 2 to 2147483648 codes, [] makes 1')
  })
})
