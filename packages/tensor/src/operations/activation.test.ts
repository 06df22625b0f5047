import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { logSigmoid, relu, softplus } from './activation.ts'
import { tensor } from './create.ts'

const at = (f: typeof relu, ...x: number[]): number[] => [...f(tensor([x.length], x)).data]

it('relu clips at 0, and hands NaN on', () => {
  expect(at(relu, -2, -0, 0, 3, Infinity, -Infinity, NaN)).toEqual([0, 0, 0, 3, Infinity, 0, NaN])
})

it('softplus and logSigmoid are exact at ±10⁴ and beyond', () => {
  expect(at(softplus, 1e4, -1e4, Infinity, -Infinity, NaN)).toEqual([1e4, 0, Infinity, 0, NaN])
  expect(at(logSigmoid, 1e4, -1e4, Infinity, -Infinity, NaN)).toEqual([-0, -1e4, -0, -Infinity, NaN])
})

it('softplus agrees with its definition in float64 to 3 ulp, where that does not overflow', () => {
  fc.assert(
    fc.property(fc.double({ min: -80, max: 80, noNaN: true }), (number) => {
      const x = Math.fround(number)
      const exact = Math.log1p(Math.exp(x))
      const [plus] = at(softplus, x)
      const [minus] = at(logSigmoid, -x)
      expect(Math.abs(plus! - exact)).toBeLessThanOrEqual(3 * 2 ** -23 * exact)
      expect(minus).toBe(-plus!)
    }),
  )
})
