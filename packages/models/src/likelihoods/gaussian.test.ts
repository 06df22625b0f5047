import { valueAndGrad } from '@vae/autograd'
import { checkGradients } from '@vae/autograd/testing'
import { item, key, normal, reshape, sum, type Tensor, tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaussian, optimalGaussian, squaredError } from './gaussian.ts'

const means = (count: number, seed: number): Tensor<[number, 1, number]> =>
  reshape(normal(key(seed), [count, 6]), [count, 1, 6])

const examples = (count: number, seed: number): Tensor<[number, number]> => normal(key(seed), [count, 6])

const seeds = fc.nat(1e6)
const sigmas = fc.integer({ min: 1, max: 640 }).map((n) => n / 64)

describe('optimalGaussian', () => {
  it('is never below a Gaussian of any σ, and equals the one with the root mean squared error', () => {
    fc.assert(
      fc.property(seeds, sigmas, (seed, sigma) => {
        const [mean, x] = [means(1, seed), examples(1, seed + 1)]
        const best = item(optimalGaussian.logLikelihood(mean, x))
        // The sums of six terms are rounded to float32.
        const rounding = 1e-5 * (1 + Math.abs(best))
        expect(item(gaussian(sigma).logLikelihood(mean, x))).toBeLessThanOrEqual(best + rounding)
        const squares = x.data.reduce((total, value, i) => total + (value - mean.data[i]!) ** 2, 0)
        const rms = Math.sqrt(squares / 6)
        expect(Math.abs(item(gaussian(rms).logLikelihood(mean, x)) - best)).toBeLessThanOrEqual(rounding)
      }),
    )
  })

  it('gives an example the same nats in a batch of any size', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 7 }), (seed, count) => {
        const together = optimalGaussian.logLikelihood(means(count, seed), examples(count, seed + 1))
        const alone = optimalGaussian.logLikelihood(means(1, seed), examples(1, seed + 1))
        expect(together.data[0]).toBe(alone.data[0])
      }),
    )
  })

  it('has the gradient of central differences', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const x = examples(2, seed + 1)
        const { checked } = checkGradients(
          (mean: Tensor<[number, 1, number]>) => optimalGaussian.logLikelihood(mean, x),
          [means(2, seed)],
        )
        expect(checked).toBe(12)
      }),
    )
  })

  it('is finite, with its gradient, at a perfect mean and at one of ±10⁴', () => {
    for (const mean of [0, 1e4, -1e4]) {
      const at = tensor([1, 1, 2], [mean, mean])
      const result = valueAndGrad((p: typeof at) =>
        sum(optimalGaussian.logLikelihood(p, zeros([1, 2])), [0]),
      )(at)
      expect([item(result.value), ...result.grad.data].every(Number.isFinite)).toBe(true)
    }
    // −½ F (log 2π − 14)
    expect(item(optimalGaussian.logLikelihood(zeros([1, 1, 2]), zeros([1, 2])))).toBeCloseTo(
      14 - Math.log(2 * Math.PI),
      5,
    )
    expect([...optimalGaussian.mean(tensor([1, 1, 2], [3, 4])).data]).toEqual([3, 4])
    expect([...optimalGaussian.sample(tensor([1, 1, 2], [3, 4]), key(0)).data]).toEqual([3, 4])
  })
})

describe('squaredError', () => {
  it('is the Gaussian with σ² = ½ but for ½ log π of each value', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [mean, x] = [means(2, seed), examples(2, seed + 1)]
        const nats = gaussian(Math.SQRT1_2).logLikelihood(mean, x)
        squaredError.logLikelihood(mean, x).data.forEach((error, i) => {
          const expected = nats.data[i]! + 3 * Math.log(Math.PI)
          // Sums of six squares, each up to about 100.
          expect(Math.abs(error - expected)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(expected)))
        })
      }),
    )
  })
})

describe('gaussian', () => {
  it('refuses a deviation that is none', () => {
    for (const sigma of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => gaussian(sigma)).toThrow(`gaussian: sigma must be a finite number above 0, got ${sigma}`)
  })
})
