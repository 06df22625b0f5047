import { sampleGaussian } from '@vae/models'
import { cast, full, key, mul, normal, type Tensor, type TensorOf, zeros } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { codesOf, grid, reorder } from '../testing/codes.ts'
import { mutualInformationGapOfPosteriors } from './mig-of-posteriors.ts'

const factors = grid([4, 3], 5)

/** Narrow posteriors around codes, 60 of them. */
const around = (mean: Tensor<[number, number]>) => ({
  mean,
  logVar: full([mean.shape[0], mean.shape[1]], -8) as Tensor<[number, number]>,
})

const score = (posteriors: ReturnType<typeof around>, of: TensorOf<[number, number], 'i32'> = factors) =>
  mutualInformationGapOfPosteriors(posteriors, of, sampleGaussian(posteriors, key(0)))

describe('mutualInformationGapOfPosteriors', () => {
  it('is 1 for posteriors around each value that do not overlap, whatever their width', () => {
    const posteriors = around(codesOf(factors, ([a, b]) => [b! * 7, 0, a!]))
    const { score: mean, factors: each } = score(posteriors)
    // The densities of the same posterior cancel; those of its neighbours are below e⁻¹⁰⁰⁰.
    expect(mean).toBeCloseTo(1, 10)
    expect(each).toHaveLength(2)
  })

  it('is 0 where the posterior is the prior', () => {
    expect(score({ mean: zeros([60, 2]), logVar: zeros([60, 2]) }).score).toBeCloseTo(0, 12)
  })

  it('is 0 for rotated codes, within the error of samples', () => {
    const square = grid([4, 4], 5)
    const rotated = around(codesOf(square, ([a, b]) => [a! + b!, a! - b!]))
    expect(score(rotated, square).score).toBeCloseTo(0, 10)
  })

  it('knows a code that tells one bit of four values: its gap is half the entropy', () => {
    const half = around(codesOf(grid([4, 2], 5), ([a]) => [Math.floor(a! / 2), 0]))
    expect(score(half, grid([4, 2], 5)).factors).toEqual([expect.closeTo(0.5, 10), expect.closeTo(0, 10)])
  })

  it('agrees with quadrature for posteriors that overlap, within 5 standard errors', () => {
    // Means ±1 with variance 1: I = H(mixture) − H(N(0, 1)) is 0.3369 nats by Simpson's rule.
    const binary = grid([2], 1000)
    const wide = { mean: mul(cast(binary, 'f32'), 2), logVar: zeros([2000, 1]) } as ReturnType<typeof around>
    let entropy = 0
    const density = (x: number) =>
      (Math.exp(-0.5 * x ** 2) + Math.exp(-0.5 * (x - 2) ** 2)) / (2 * Math.sqrt(2 * Math.PI))
    for (let x = -10; x < 12; x += 1e-3) entropy -= density(x) * Math.log(density(x)) * 1e-3
    const expected = (entropy - 0.5 * Math.log(2 * Math.PI * Math.E)) / Math.LN2
    // log q has a standard deviation below 1 nat, and so has the difference of both entropies.
    expect(Math.abs(score(wide, binary).score - expected)).toBeLessThan(5 / Math.sqrt(2000) / Math.LN2)
  })

  it('does not depend on the order of examples', () => {
    const posteriors = { mean: normal(key(1), [60, 3]), logVar: normal(key(2), [60, 3]) }
    const z = sampleGaussian(posteriors, key(3))
    const order = Array.from({ length: 60 }, (_, i) => (i * 7) % 60)
    const moved = {
      mean: reorder(posteriors.mean as Tensor<[number, number]>, order),
      logVar: reorder(posteriors.logVar as Tensor<[number, number]>, order),
    }
    const value = mutualInformationGapOfPosteriors(posteriors, factors, z).score
    const other = mutualInformationGapOfPosteriors(
      moved,
      reorder(factors, order),
      reorder(z as Tensor<[number, number]>, order),
    ).score
    // A difference of entropies: their own rounding is 10⁻¹⁵.
    expect(Math.abs(other - value)).toBeLessThan(1e-12)
  })

  it('refuses values without samples, and factors with one value', () => {
    const posteriors = around(zeros([60, 1]))
    expect(() => mutualInformationGapOfPosteriors(posteriors, factors, zeros([3, 1]))).toThrow(
      'mutualInformationGapOfPosteriors: a value of factor 0 has no sample among 3',
    )
    const narrow: Tensor<[number, number]> = zeros([60, 2])
    expect(() => mutualInformationGapOfPosteriors(posteriors, factors, narrow)).toThrow(
      'mutualInformationGapOfPosteriors: posteriors and samples differ: [60, 1] and [60, 2] (1 ≠ 2)',
    )
    const constant = full([60, 1], 2, 'i32')
    expect(() => mutualInformationGapOfPosteriors(posteriors, constant, zeros([60, 1]))).toThrow(
      'mutualInformationGapOfPosteriors: factor 0 takes one value only, leave it out',
    )
  })
})
