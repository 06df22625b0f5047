import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as numerics from './numerics.ts'

const view = new DataView(new ArrayBuffer(8))

/** The position of a double among all doubles in ascending order. */
const position = (x: number): bigint => {
  view.setFloat64(0, x)
  const bits = view.getBigInt64(0)
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits
}

/** How many doubles lie between two. NaN and NaN are equal; zeros of either sign are too. */
const ulps = (x: number, y: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y) ? 0 : Infinity
  const distance = position(x) - position(y)
  return Number(distance < 0n ? -distance : distance)
}

/** Doubles of every size and sign, and those around the bounds where an implementation changes its method. */
const anywhere = fc.oneof(
  fc.double({ noNaN: true }),
  fc.double({ min: -750, max: 750, noNaN: true }),
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc
    .tuple(
      fc.constantFrom(-0.35, 0.35, -0.29, 0.41, Math.SQRT1_2, Math.SQRT2, 1, 22),
      fc.integer({ min: -8, max: 8 }),
    )
    .map(([bound, steps]) => bound * (1 + steps * Number.EPSILON)),
  // Powers of two, over the whole range of exponents.
  fc.integer({ min: -1074, max: 1023 }).map((exponent) => 2 ** exponent),
)

/**
 * The functions with their oracle and the largest error in units in the last place. `Math` is itself allowed an
 * error of about one unit.
 */
/** Many at once: a single number is checked in no time. */
const many = (numbers: fc.Arbitrary<number>) => fc.array(numbers, { minLength: 200, maxLength: 200 })

const functions = {
  exp: [numerics.exp, Math.exp, 2],
  // Where e^x − 1 is computed as such, an error of one unit in e^x = 1.44 is one of four in the difference.
  expm1: [numerics.expm1, Math.expm1, 6],
  log: [numerics.log, Math.log, 3],
  log1p: [numerics.log1p, Math.log1p, 3],
  tanh: [numerics.tanh, Math.tanh, 5],
} as const

describe.each(Object.entries(functions))('%s', (_, [own, oracle, allowed]) => {
  it(`is within ${allowed} ulp of Math everywhere`, () => {
    fc.assert(
      fc.property(many(anywhere), (xs) => {
        for (const x of xs) expect(ulps(own(x), oracle(x))).toBeLessThanOrEqual(allowed)
      }),
    )
  })

  it('has the edge cases of Math', () => {
    const tiny = Number.MIN_VALUE
    for (const x of [0, -0, 1e4, -1e4, Infinity, -Infinity, NaN, tiny, -tiny, 2e-308, Number.MAX_VALUE, -1])
      expect([x, own(x)]).toEqual([x, oracle(x)])
  })
})

describe('exp', () => {
  it('overflows and underflows where it must, and not before', () => {
    expect(ulps(numerics.exp(709.782712893384), Math.exp(709.782712893384))).toBeLessThanOrEqual(1)
    expect(numerics.exp(709.7827128933841)).toBe(Infinity)
    expect(numerics.exp(-745.1332191019411)).toBe(Number.MIN_VALUE)
    expect(numerics.exp(-745.1332191019412)).toBe(0)
  })

  it('never decreases', () => {
    fc.assert(
      fc.property(many(fc.double({ min: -750, max: 710, noNaN: true })), (xs) => {
        for (const x of xs)
          expect(numerics.exp(x + Math.abs(x) * 4 * Number.EPSILON)).toBeGreaterThanOrEqual(numerics.exp(x))
      }),
    )
  })
})

describe('sigmoid', () => {
  // 1 + e^−x is rounded before it divides, which the oracle below does too; what remains is the error of exp.
  const oracle = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

  it('is within 3 ulp of its definition everywhere', () => {
    fc.assert(
      fc.property(many(anywhere), (xs) => {
        for (const x of xs) expect(ulps(numerics.sigmoid(x), oracle(x))).toBeLessThanOrEqual(3)
      }),
    )
  })

  it('is ½ at 0, stays finite at ±10⁴ and ±∞, and hands NaN on', () => {
    const at = [0, -0, 1e4, -1e4, Infinity, -Infinity, NaN]
    expect(at.map(numerics.sigmoid)).toEqual([0.5, 0.5, 1, 0, 1, 0, NaN])
  })

  it('mirrors: sigmoid(x) + sigmoid(−x) = 1', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(numerics.sigmoid(x) + numerics.sigmoid(-x) - 1)).toBeLessThanOrEqual(Number.EPSILON)
      }),
    )
  })
})

describe('tanh', () => {
  it('is odd, to the sign of zero', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(numerics.tanh(-x)).toBe(-numerics.tanh(x))
      }),
    )
  })
})
