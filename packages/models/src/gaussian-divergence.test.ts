import { checkGradients } from '@vae/autograd/testing'
import { item, key, mean, normal, reshape, square, sub, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type DiagonalGaussian, klToStandardNormal, sumOverLatents } from './gaussian.ts'
import { gaussianLogDensity, klBetweenGaussians } from './gaussian-divergence.ts'
import { monteCarloKl } from './monte-carlo.ts'
import { sampleGaussianTimes, sampleGaussianWithDensity } from './posteriors/diagonal-gaussian.ts'
import { standardNormal } from './priors/standard-normal.ts'
import { inFloat64 } from './testing/in-float64.ts'
import { integrate, simpson } from './testing/quadrature.ts'

/** Numbers that float32 holds. */
const between = (min: number, max: number) => fc.integer({ min: min * 64, max: max * 64 }).map((n) => n / 64)

const scalar = (value: number): Tensor<[1, 1]> => tensor([1, 1], [value])
const of = (mean: number, logVar: number): DiagonalGaussian<1, 1> => ({
  mean: scalar(mean),
  logVar: scalar(logVar),
})
const random = (seed: number): DiagonalGaussian<4, 3> => ({
  mean: normal(key(seed), [4, 3]),
  logVar: normal(key(seed + 1), [4, 3]),
})

const one = scalar(0)
const kl = inFloat64(
  (m: typeof one, v: typeof one, n: typeof one, w: typeof one) =>
    klBetweenGaussians({ mean: m, logVar: v }, { mean: n, logVar: w }),
  [one, one, one, one],
)
const logDensity = inFloat64(
  (m: typeof one, v: typeof one, z: typeof one) => gaussianLogDensity({ mean: m, logVar: v }, z),
  [one, one, one],
)

describe('gaussianLogDensity', () => {
  it('is the logarithm of a density: its integral is 1, its moments are μ and σ²', () => {
    fc.assert(
      fc.property(between(-4, 4), between(-4, 4), (m, v) => {
        const sigma = Math.exp(v / 2)
        const rule = simpson(m - 12 * sigma, m + 12 * sigma, 400)
        const density = rule.points.map((z) => Math.exp(logDensity([m], [v], [z])[0]!))
        // Simpson's rule with steps of 0.06 σ on 12 σ to both sides is exact to rounding for a Gaussian.
        expect(integrate(rule, density)).toBeCloseTo(1, 9)
        const first = integrate(
          rule,
          density.map((p, i) => p * rule.points[i]!),
        )
        expect(first).toBeCloseTo(m, 9)
        const second = integrate(
          rule,
          density.map((p, i) => p * (rule.points[i]! - m) ** 2),
        )
        expect(second / Math.exp(v)).toBeCloseTo(1, 9)
      }),
      { numRuns: 20 },
    )
  })
})

describe('klBetweenGaussians', () => {
  it('is the integral of its definition', () => {
    fc.assert(
      fc.property(between(-3, 3), between(-3, 3), between(-3, 3), between(-3, 3), (m, v, n, w) => {
        const sigma = Math.exp(v / 2)
        const rule = simpson(m - 12 * sigma, m + 12 * sigma, 400)
        const values = rule.points.map((z) => {
          const [logQ, logP] = [logDensity([m], [v], [z])[0]!, logDensity([n], [w], [z])[0]!]
          return Math.exp(logQ) * (logQ - logP)
        })
        const exact = kl([m], [v], [n], [w])[0]!
        expect(Math.abs(integrate(rule, values) - exact)).toBeLessThanOrEqual(1e-9 * (1 + exact))
      }),
      { numRuns: 20 },
    )
  })

  it('is 0 for a Gaussian and itself, and never negative', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const [q, p] = [random(seed), random(seed + 9)]
        expect(klBetweenGaussians(q, q).data.every((x) => x === 0)).toBe(true)
        // Terms that cancel are rounded to float32.
        expect(klBetweenGaussians(q, p).data.every((x) => x >= -1e-6)).toBe(true)
      }),
    )
  })

  it('is klToStandardNormal where p is standard', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const q = random(seed)
        const zero = sub(q.mean, q.mean)
        const expected = klToStandardNormal(q)
        klBetweenGaussians(q, { mean: zero, logVar: zero }).data.forEach((x, i) => {
          expect(x).toBeCloseTo(expected.data[i]!, 5)
        })
      }),
    )
  })

  it('has the gradient of central differences', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const { checked } = checkGradients(
          (q: DiagonalGaussian<4, 3>, p: DiagonalGaussian<4, 3>) => klBetweenGaussians(q, p),
          [random(seed), random(seed + 9)],
        )
        expect(checked).toBe(48)
      }),
      { numRuns: 20 },
    )
  })

  it('refuses Gaussians of different shapes at run time too', () => {
    const unknown: DiagonalGaussian<number, number> = of(0, 0)
    expect(() => klBetweenGaussians(random(0), unknown)).toThrow(
      'klBetweenGaussians: q and p differ: [4, 3] and [1, 1] (4 ≠ 1)',
    )
  })
})

describe('samples with their densities', () => {
  it('have the log-density of where they are', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const q = random(seed)
        const { z, logDensity } = sampleGaussianWithDensity(q, key(seed))
        expectTypeOf(z).toEqualTypeOf<Tensor<[4, 3]>>()
        expectTypeOf(logDensity).toEqualTypeOf<Tensor<[4]>>()
        const expected = sumOverLatents(gaussianLogDensity(q, z))
        logDensity.data.forEach((nats, i) => {
          // Back from z to ε loses a few bits of it.
          expect(Math.abs(nats - expected.data[i]!)).toBeLessThan(1e-4)
        })
      }),
    )
  })

  it('are K independent draws with theirs', () => {
    const q = random(5)
    const { z, logDensity } = sampleGaussianTimes(q, 1000, key(1))
    expectTypeOf(z).toEqualTypeOf<Tensor<[1000, 4, 3]>>()
    expectTypeOf(logDensity).toEqualTypeOf<Tensor<[1000, 4]>>()
    const centre = mean(z, [0])
    const spread = mean(square(sub(z, centre)), [0])
    centre.data.forEach((value, i) => {
      const sigma = Math.exp(q.logVar.data[i]! / 2)
      // Five standard errors of a mean and of a variance.
      expect(Math.abs(value - q.mean.data[i]!)).toBeLessThan((5 * sigma) / Math.sqrt(1000))
      expect(Math.abs(spread.data[i]! / sigma ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / 1000))
    })
    for (const k of [0, 999]) {
      const draw = tensor([4, 3], z.data.slice(k * 12, k * 12 + 12))
      sumOverLatents(gaussianLogDensity(q, draw)).data.forEach((nats, i) => {
        expect(Math.abs(logDensity.data[k * 4 + i]! - nats)).toBeLessThan(1e-4)
      })
    }
  })
})

describe('monteCarloKl', () => {
  it('agrees with the closed form within its standard error', () => {
    fc.assert(
      fc.property(between(-2, 2), between(-3, 1), fc.nat(1e6), (m, v, seed) => {
        const draws = 4000
        const { z, logDensity } = sampleGaussianTimes(of(m, v), 4000, key(seed))
        const prior = standardNormal(1)
        const logPrior = prior.logDensity({}, null)(reshape(z, [4000, 1]))
        const estimate = item(monteCarloKl(logDensity, reshape(logPrior, [4000, 1])))
        const terms = logDensity.data.map((q, i) => q - logPrior.data[i]!)
        const deviation = Math.sqrt(terms.reduce((sum, x) => sum + (x - estimate) ** 2, 0) / draws)
        const exact = item(klToStandardNormal(of(m, v)))
        // Five standard errors, and rounding where there is no error at all, at N(0, 1).
        expect(Math.abs(estimate - exact)).toBeLessThan((5 * deviation) / Math.sqrt(draws) + 1e-5)
      }),
    )
  })
})

describe('standardNormal', () => {
  it('draws from N(0, I) and has its density and KL', () => {
    const prior = standardNormal(3)
    const z = prior.sample(prior.init(key(0)), null)(key(1), 4)
    expectTypeOf(z).toEqualTypeOf<Tensor<[4, 3]>>()
    expect(z).toEqual(normal(key(1), [4, 3]))
    const zero = sub(z, z)
    const expected = sumOverLatents(gaussianLogDensity({ mean: zero, logVar: zero }, z))
    expect(prior.logDensity({}, null)(z)).toEqual(expected)
    expect(prior.kl(random(1))).toEqual(klToStandardNormal(random(1)))
  })

  it('refuses latents of another size at run time too', () => {
    const unknown: Tensor<[number, number]> = normal(key(0), [4, 2])
    expect(() => standardNormal(3).logDensity({}, null)(unknown)).toThrow(
      'logDensity: expected 3 latent dimensions, got 2: [4, 2]',
    )
  })
})
