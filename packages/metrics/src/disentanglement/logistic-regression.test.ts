import { key, normal } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accuracyOf, classify, logisticRegression } from './logistic-regression.ts'
import { minimize } from './minimize.ts'

describe('minimize', () => {
  it('finds the minimum of quadratic functions', () => {
    const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 5, maxLength: 5 })
    const scales = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(numbers, scales, (center, scale) => {
        const found = minimize((point) => {
          const gradient = point.map((x, i) => scale[i]! * (x - center[i]!))
          return {
            value: point.reduce((sum, x, i) => sum + 0.5 * (x - center[i]!) * gradient[i]!, 0),
            gradient,
          }
        }, new Float64Array(5))
        // The gradient falls to 10⁻⁶ of at most 100 · 20 · √5, and the smallest scale is 1.
        for (const [i, x] of found.entries()) expect(Math.abs(x - center[i]!)).toBeLessThan(5e-3)
      }),
    )
  })
})

describe('logisticRegression', () => {
  it('has a gradient of 0 where it stops: residuals balance the weights', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const noise = normal(key(seed), [40, 2]).data
        const rows = Array.from({ length: 40 }, (_, n) => Float64Array.from(noise.slice(2 * n, 2 * n + 2)))
        const labels = Int32Array.from(rows, ([a, b]) => (a! + b! > 0.3 ? 2 : a! > 0 ? 1 : 0))
        const { weights, biases } = logisticRegression({ rows, labels }, 3)
        const probabilities = rows.map((row) => {
          const odds = weights.map((w, c) => Math.exp(w[0]! * row[0]! + w[1]! * row[1]! + biases[c]!))
          const total = odds.reduce((a, b) => a + b)
          return odds.map((value) => value / total)
        })
        for (const [c, weight] of weights.entries())
          for (const i of [0, 1]) {
            const gradient = rows.reduce(
              (sum, row, n) => sum + (probabilities[n]![c]! - (labels[n] === c ? 1 : 0)) * row[i]!,
              weight[i]!,
            )
            // It started at some 10.
            expect(Math.abs(gradient)).toBeLessThan(1e-3)
          }
      }),
      // A minimisation each.
      { numRuns: 20 },
    )
  })

  it('separates what a line separates', () => {
    const rows = [-3, -2, 2, 3].map((x) => Float64Array.of(x))
    const labels = Int32Array.of(0, 0, 1, 1)
    const classifier = logisticRegression({ rows, labels }, 2)
    expect(accuracyOf(classifier, { rows, labels })).toBe(1)
    expect([classify(classifier, Float64Array.of(-9)), classify(classifier, Float64Array.of(9))]).toEqual([
      0, 1,
    ])
    // Symmetric data leave the bias at 0 and opposite weights.
    expect(classifier.biases[0]!).toBeCloseTo(classifier.biases[1]!, 6)
    expect(classifier.weights[0]![0]! + classifier.weights[1]![0]!).toBeCloseTo(0, 6)
  })
})
