import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shannonError, shannonRate } from './mixture.ts'
import { median, spreadOf } from './report.ts'

const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 })

test('as many numbers are below the median as above it', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const middle = median(values)
      const below = values.filter((value) => value < middle).length
      const above = values.filter((value) => value > middle).length
      expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2)
    }),
  )
})

test('the median of an even number of values is between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

test('mean and deviation follow a change of unit and origin', () => {
  fc.assert(
    fc.property(
      numbers,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: -9, max: 9 }),
      (values, scale, shift) => {
        const before = spreadOf(values)
        const after = spreadOf(values.map((value) => scale * value + shift))
        // Sums of 30 numbers of at most 10⁴ in f64.
        expect(after.mean).toBeCloseTo(scale * before.mean + shift, 8)
        expect(after.deviation).toBeCloseTo(scale * before.deviation, 8)
      },
    ),
  )
})

test('the deviation is that of a sample', () => {
  expect(spreadOf([1, 3])).toEqual({ mean: 2, deviation: Math.SQRT2 })
})

test("Shannon's bound of the error at the bound of the rate is that error", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 20, noNaN: true }),
      (error, nats) => {
        expect(shannonError(nats, shannonRate(nats, error)) / error).toBeCloseTo(1, 10)
      },
    ),
  )
})

test("Shannon's bound is reached by a Gaussian: at an error of its variance no rate is left", () => {
  const variance = 0.7
  const entropyOfEight = 4 * Math.log(2 * Math.PI * Math.E * variance)
  expect(shannonRate(entropyOfEight, variance)).toBeCloseTo(0, 12)
})
