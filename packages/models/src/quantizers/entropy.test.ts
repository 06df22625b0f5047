import { checkGradients } from '@vae/autograd/testing'
import { key, mul, normal, sum, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weightedMean } from '../objective.ts'
import { onesThenZeros, rowsOf } from '../testing/vectors.ts'
import { entropyPenalty } from './entropy.ts'

const softmaxOf = (logits: readonly number[]): number[] => {
  const top = Math.max(...logits)
  const powers = logits.map((value) => Math.exp(value - top))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}

const entropyOf = (p: readonly number[]): number =>
  -p.reduce((total, value) => total + (value > 0 ? value * Math.log(value) : 0), 0)

const cases = fc.record({
  n: fc.integer({ min: 1, max: 12 }),
  padding: fc.integer({ min: 0, max: 4 }),
  k: fc.integer({ min: 1, max: 8 }),
  scale: fc.constantFrom(0.1, 3, 1000),
  seed: fc.nat(),
})

describe('entropyPenalty', () => {
  it('is H(pᵢ) − H(p̄) over the rows that count, in double precision', () => {
    fc.assert(
      fc.property(cases, ({ n, padding, k, scale, seed }) => {
        const logits = mul(normal(key(seed), [n + padding, k]), scale) as Tensor<[number, number]>
        const penalty = entropyPenalty(logits, tensor([n + padding], onesThenZeros(n, padding)))
        const p = rowsOf(logits).slice(0, n).map(softmaxOf)
        const average = Array.from({ length: k }, (_, j) => p.reduce((total, row) => total + row[j]! / n, 0))
        p.forEach((row, i) => {
          // logits of up to 4 · scale are float32, and so is each exponent
          const tolerance = 1e-5 + 2 ** -20 * scale
          expect(Math.abs(penalty.data[i]! - (entropyOf(row) - entropyOf(average)))).toBeLessThan(tolerance)
        })
      }),
    )
  })

  it('lies from −log K, for sure rows that use all codes equally, to 0 on average', () => {
    fc.assert(
      fc.property(cases, ({ n, k, scale, seed }) => {
        const logits = mul(normal(key(seed), [n, k]), scale) as Tensor<[number, number]>
        const weights = tensor([n], onesThenZeros(n, 0))
        const mean = weightedMean(entropyPenalty(logits, weights), weights).data[0]!
        expect(mean).toBeLessThanOrEqual(1e-5)
        expect(mean).toBeGreaterThanOrEqual(-Math.log(k) - 1e-5)
        const sure = tensor(
          [k, k],
          Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1e4 : 0)),
        )
        for (const value of entropyPenalty(sure, tensor([k], onesThenZeros(k, 0))).data)
          expect(value).toBeCloseTo(-Math.log(k), 5)
      }),
    )
  })

  it('has the gradient of its value', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const weights = tensor([3], [1, 0, 1])
        const loss = (logits: Tensor<[3, 4]>) => sum(mul(entropyPenalty(logits, weights), weights), [0])
        expect(checkGradients(loss, [normal(key(seed), [3, 4])]).checked).toBe(12)
      }),
    )
  })
})
