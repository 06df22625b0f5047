import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linearVae } from './linear-vae.ts'

const value = fc.double({ min: -2, max: 2, noNaN: true })
const vector = (size: number) => fc.array(value, { minLength: size, maxLength: size })
const model = fc
  .record({
    weight: fc.array(vector(2), { minLength: 3, maxLength: 3 }),
    bias: vector(3),
    noise: fc.double({ min: 0.2, max: 2, noNaN: true }),
  })
  .map(({ weight, bias, noise }) => linearVae(weight, bias, noise))

const logStandardNormal = (z: readonly number[]): number =>
  -0.5 * z.reduce((sum, value) => sum + value ** 2 + Math.log(2 * Math.PI), 0)

describe('linearVae', () => {
  it('satisfies the theorem of Bayes: log p(x | z) + log p(z) − log p(z | x) = log p(x) at every z', () => {
    fc.assert(
      fc.property(model, vector(3), vector(2), (vae, x, z) => {
        const { mean, covariance } = vae.posterior(x)
        const [[a, b], [c, d]] = covariance as [[number, number], [number, number]]
        expect(b).toBeCloseTo(c, 10)
        const determinant = a * d - b * c
        const [p, q] = [z[0]! - mean[0]!, z[1]! - mean[1]!]
        const distance = (d * p * p - 2 * b * p * q + a * q * q) / determinant
        const logPosterior = -0.5 * (distance + Math.log(determinant) + 2 * Math.log(2 * Math.PI))
        const evidence = vae.logLikelihood(x, z) + logStandardNormal(z) - logPosterior
        // Quadratic forms of size up to 10³ cancel, in float64.
        expect(Math.abs(vae.logEvidence(x) - evidence)).toBeLessThan(1e-9)
      }),
    )
  })

  it('has the evidence of one dimension, ∫ p(x | z) p(z) dz by quadrature', () => {
    fc.assert(
      fc.property(value, value, value, (w, b, x) => {
        const vae = linearVae([[w]], [b], 0.5)
        const width = 0.01
        let total = 0
        for (let z = -9; z <= 9; z += width)
          total += Math.exp(vae.logLikelihood([x], [z]) + logStandardNormal([z]))
        expect(Math.log(total * width)).toBeCloseTo(vae.logEvidence([x]), 6)
      }),
    )
  })
})
