import { klToStandardNormal, sampleGaussian } from '@vae/models'
import { full, key, mul, normal, type Tensor, tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregateDivergences } from './aggregate-divergences.ts'
import { reorder } from './testing/codes.ts'

describe('aggregateDivergences', () => {
  it('is a sum: kl = mutual information + total correlation + dimension-wise KL', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 2, max: 12 }), (seed, n) => {
        const posteriors = { mean: normal(key(seed), [n, 3]), logVar: normal(key(seed + 1), [n, 3]) }
        const { kl, mutualInformation, totalCorrelation, dimensionWiseKl, dimensionWiseKlSum } =
          aggregateDivergences(posteriors, sampleGaussian(posteriors, key(seed + 2)))
        const sum = dimensionWiseKl.reduce(
          (total, { mean }) => total + mean,
          mutualInformation.mean + totalCorrelation.mean,
        )
        expect(Math.abs(sum - kl.mean)).toBeLessThan(1e-12 * (1 + Math.abs(kl.mean) * 10))
        const ofDimensions = sum - mutualInformation.mean - totalCorrelation.mean
        expect(dimensionWiseKlSum.mean).toBeCloseTo(ofDimensions, 10)
        // As one number it errs at most as much as its parts do together.
        expect(dimensionWiseKlSum.standardError).toBeLessThanOrEqual(
          dimensionWiseKl.reduce((total, { standardError }) => total + standardError, 1e-12),
        )
        expect(mutualInformation.mean).toBeLessThanOrEqual(Math.log(n) + 1e-12)
      }),
    )
  })

  it('is 0 in all parts where every posterior is the prior', () => {
    const prior = { mean: zeros([50, 2]), logVar: zeros([50, 2]) }
    const { kl, mutualInformation, totalCorrelation, dimensionWiseKl } = aggregateDivergences(
      prior,
      sampleGaussian(prior, key(0)),
    )
    for (const { mean } of [kl, mutualInformation, totalCorrelation, ...dimensionWiseKl])
      expect(Math.abs(mean)).toBeLessThan(1e-12)
  })

  it('has mutual information log N where posteriors do not overlap, and total correlation log N where dimensions say the same', () => {
    const apart = tensor(
      [8, 2],
      Array.from({ length: 16 }, (_, i) => Math.floor(i / 2) * 50),
    )
    const posteriors = { mean: apart, logVar: zeros([8, 2]) }
    const { mutualInformation, totalCorrelation } = aggregateDivergences(
      posteriors,
      sampleGaussian(posteriors, key(0)),
    )
    expect(mutualInformation.mean).toBeCloseTo(Math.log(8), 12)
    // q(z) has one mixture of eight, the product of marginals eight times eight.
    expect(totalCorrelation.mean).toBeCloseTo(Math.log(8), 12)
  })

  it('covers the closed forms of a Gaussian aggregate within 5 standard errors and the error of 4,000 means', () => {
    // Means from a Gaussian with correlation make q(z) a Gaussian as N grows: variance 1 + ½, correlation ρ = ⅔ of it.
    const n = 4000
    const noise = normal(key(1), [n, 2]).data
    const means = Float32Array.from(noise, (_, index) => noise[index - (index % 2)]!)
    const posteriors = {
      mean: tensor([n, 2], means),
      logVar: full([n, 2], Math.log(0.5)) as Tensor<[4000, 2]>,
    }
    const z = sampleGaussian(posteriors, key(2))
    const head = tensor([1000, 2], z.data.slice(0, 2000)) as Tensor<[number, 2]>
    const { kl, mutualInformation, totalCorrelation, dimensionWiseKl } = aggregateDivergences(
      posteriors,
      head,
    )
    const within = ({ mean, standardError }: { mean: number; standardError: number }, exact: number) =>
      // 1 / √4000 of a nat for the choice of the means.
      expect(Math.abs(mean - exact)).toBeLessThan(5 * (standardError + 1 / Math.sqrt(n)))
    within(totalCorrelation, -0.5 * Math.log(1 - (1 / 1.5) ** 2))
    // Half the log of the ratio of determinants of q(z), 1.5² − 1, and of q(z | x), ½².
    within(mutualInformation, 0.5 * Math.log(1.25 / 0.25))
    for (const part of dimensionWiseKl) within(part, 0.5 * (1.5 - 1 - Math.log(1.5)))
    const exact = klToStandardNormal(posteriors).data.reduce((sum, value) => sum + value, 0) / n
    within(kl, exact)
  })

  it('does not depend on the order of examples', () => {
    const posteriors: { mean: Tensor<[number, number]>; logVar: Tensor<[number, number]> } = {
      mean: normal(key(1), [30, 2]),
      logVar: mul(normal(key(2), [30, 2]), 0.5),
    }
    const z = sampleGaussian(posteriors, key(3))
    const order = Array.from({ length: 30 }, (_, i) => (i * 7) % 30)
    const { mutualInformation } = aggregateDivergences(posteriors, z)
    const moved = { mean: reorder(posteriors.mean, order), logVar: reorder(posteriors.logVar, order) }
    const other = aggregateDivergences(moved, reorder(z, order)).mutualInformation
    expect(Math.abs(other.mean / mutualInformation.mean - 1)).toBeLessThan(1e-12)
  })

  it('refuses samples that do not belong to the posteriors', () => {
    const posteriors = { mean: zeros([2, 2]), logVar: zeros([2, 2]) }
    expect(() => aggregateDivergences(posteriors, zeros([3, 2]))).toThrow(
      'aggregateDivergences: one sample of each posterior at most, got 3 of 2',
    )
    const unknown: { mean: Tensor<[2, number]>; logVar: Tensor<[2, number]> } = posteriors
    expect(() => aggregateDivergences(unknown, zeros([2, 3]))).toThrow(
      'aggregateDivergences: posteriors and samples differ: [2, 2] and [2, 3] (2 ≠ 3)',
    )
  })
})
