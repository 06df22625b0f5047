import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linearSvm } from './linear-svm.ts'

describe('linearSvm', () => {
  it('is the minimum: no step in any direction lowers what it minimises', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.boolean()), {
      minLength: 2,
      maxLength: 30,
    })
    fc.assert(
      fc.property(points, (pairs) => {
        const values = Float64Array.from(pairs, ([x]) => x / 8)
        const costs = { positive: 0.5, negative: 0.2 }
        const positive = (row: number) => pairs[row]![1]
        const objective = (weight: number, bias: number) =>
          pairs.reduce(
            (sum, _, row) => {
              const y = positive(row) ? 1 : -1
              const slack = Math.max(0, 1 - y * (weight * values[row]! + bias))
              return sum + (y > 0 ? costs.positive : costs.negative) * slack ** 2
            },
            0.5 * (weight ** 2 + bias ** 2),
          )
        const { weight, bias } = linearSvm({ values, positive, costs })
        const least = objective(weight, bias)
        for (let direction = 0; direction < 16; direction++) {
          const angle = (direction * Math.PI) / 8
          const moved = objective(weight + 1e-3 * Math.cos(angle), bias + 1e-3 * Math.sin(angle))
          expect(moved).toBeGreaterThan(least)
        }
      }),
    )
  })

  it('is known for two points: w = 4 C / (1 + 4 C) at ±1, without bias', () => {
    const { weight, bias } = linearSvm({
      values: Float64Array.of(1, -1),
      positive: (row) => row === 0,
      costs: { positive: 0.01, negative: 0.01 },
    })
    expect(weight).toBeCloseTo(0.04 / 1.04, 14)
    expect(bias).toBeCloseTo(0, 14)
  })
})
