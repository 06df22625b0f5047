import { valueAndGrad } from '@vae/autograd'
import { checkGradients } from '@vae/autograd/testing'
import { key, sum, type Tensor, tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inFloat64 } from '../testing/in-float64.ts'
import { integrate, joined, type Quadrature, simpson } from '../testing/quadrature.ts'
import { bernoulli } from './bernoulli.ts'
import { categorical } from './categorical.ts'
import { continuousBernoulli } from './continuous-bernoulli.ts'
import { discretisedLogistic, mixtureOfLogistics } from './discretised-logistic.ts'
import { gaussian, learnedGaussian, squaredError } from './gaussian.ts'
import { laplace, learnedLaplace } from './laplace.ts'
import type { Likelihood } from './likelihood.ts'

type Parameters = Tensor<[number, number, number]>

/** A likelihood as a table of cases needs it: its number of parameters known at run time only. */
interface Case {
  readonly likelihood: Likelihood<string, number>
  /** Parameters of one value. */
  readonly parameters: fc.Arbitrary<readonly number[]>
  /** Where the density of one value lives: points and weights whose sum is the integral. */
  readonly support: (parameters: readonly number[]) => Quadrature
  /** What the total mass must be, when not 1. */
  readonly logMass?: number
}

const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 64, max: max * 64 }).map((n) => n / 64)

const list = (count: number, value: fc.Arbitrary<number>): fc.Arbitrary<readonly number[]> =>
  fc.array(value, { minLength: count, maxLength: count })

/** 24 scales around a kink in the middle: the tails beyond hold less than e⁻²⁴ = 4e−11. */
const around =
  (scale: (parameters: readonly number[]) => number) =>
  (parameters: readonly number[]): Quadrature => {
    const centre = parameters[0]!
    const reach = 24 * scale(parameters)
    return joined(simpson(centre - reach, centre, 1000), simpson(centre, centre + reach, 1000))
  }

/** The values that a discrete x takes, each with weight 1. */
const values = (count: number) => (): Quadrature => ({
  points: Array.from({ length: count }, (_, i) => i / (count - 1)),
  weights: Array.from({ length: count }, () => 1),
})

const oneParameter = list(1, between(-6, 6))
const meanAndScale = fc.tuple(between(-4, 4), between(-5, 3))

const continuous: readonly Case[] = [
  { likelihood: gaussian(0.3), parameters: oneParameter, support: around(() => 0.3) },
  {
    likelihood: learnedGaussian,
    parameters: meanAndScale,
    support: around(([, logVar]) => Math.exp(logVar! / 2)),
  },
  { likelihood: laplace(0.7), parameters: oneParameter, support: around(() => 0.7) },
  {
    likelihood: learnedLaplace,
    parameters: meanAndScale,
    support: around(([, logScale]) => Math.exp(logScale!)),
  },
  {
    likelihood: continuousBernoulli,
    parameters: list(1, fc.oneof(between(-30, 30), between(-2, 2), fc.constantFrom(0, 1.5, -1.5, 1e-5))),
    support: () => simpson(0, 1, 1000),
  },
  {
    likelihood: squaredError,
    parameters: oneParameter,
    support: around(() => Math.SQRT1_2),
    // Of one value: what makes it a Gaussian with σ² = ½.
    logMass: 0.5 * Math.log(Math.PI),
  },
]

const discrete: readonly Case[] = [
  { likelihood: bernoulli, parameters: list(1, between(-20, 20)), support: values(2) },
  {
    likelihood: discretisedLogistic,
    parameters: fc.tuple(between(-3, 3), between(-9, 3)),
    support: values(256),
  },
  {
    likelihood: mixtureOfLogistics(3),
    parameters: fc
      .tuple(list(3, between(-4, 4)), list(3, between(-2, 2)), list(3, between(-9, 2)))
      .map((parts) => parts.flat()),
    support: values(256),
  },
  { likelihood: categorical, parameters: list(256, between(-8, 8)), support: values(256) },
]

const cases = [...continuous, ...discrete]

/** Parameters of one value for each of `count` examples: `[count, K, 1]`. */
const repeated = (parameters: readonly number[], count: number): number[] =>
  Array.from({ length: count }, () => parameters).flat()

const logLikelihoods = ({ likelihood }: Case, count: number) =>
  inFloat64(
    (parameters: Parameters, x: Tensor<[number, number]>) => likelihood.logLikelihood(parameters, x),
    [zeros([count, likelihood.outputs, 1]), zeros([count, 1])],
  )

const means = ({ likelihood }: Case) =>
  inFloat64((parameters: Parameters) => likelihood.mean(parameters), [zeros([1, likelihood.outputs, 1])])

describe.each(cases.map((one) => [one.likelihood.name, one] as const))('%s', (_, one) => {
  const { likelihood, parameters, support, logMass = 0 } = one
  const count = fc.sample(parameters, 1).map((sample) => support(sample).points.length)[0]!
  const logLikelihood = logLikelihoods(one, count)
  // Each case has thousands of points; with 256 parameters for each it is slow.
  const runs = { numRuns: likelihood.outputs > 100 ? 4 : 15 }
  const mean = means(one)
  const massOf = (at: readonly number[]) => {
    const quadrature = support(at)
    const densities = logLikelihood(repeated(at, count), quadrature.points).map((nats) =>
      Math.exp(nats - logMass),
    )
    return { quadrature, densities }
  }

  it('has a total mass of 1', () => {
    fc.assert(
      fc.property(parameters, (at) => {
        const { quadrature, densities } = massOf(at)
        // Simpson's rule with steps h of at most 0.03 scales errs by h⁴ / 180 = 5e−9, the series by 3e−10.
        expect(Math.abs(integrate(quadrature, densities) - 1)).toBeLessThan(1e-8)
      }),
      runs,
    )
  })

  it('has the mean of its density', () => {
    fc.assert(
      fc.property(parameters, (at) => {
        const { quadrature, densities } = massOf(at)
        const moments = densities.map((density, i) => density * quadrature.points[i]!)
        expect(Math.abs(integrate(quadrature, moments) - mean(at)[0]!)).toBeLessThan(1e-7)
      }),
      runs,
    )
  })

  it('draws samples whose distribution is that of its density', () => {
    fc.assert(
      fc.property(parameters, fc.nat(1e6), (at, seed) => {
        const draws = likelihood.outputs > 100 ? 1000 : 2000
        const drawn = likelihood.sample(
          tensor([draws, likelihood.outputs, 1], repeated(at, draws)) as Parameters,
          key(seed),
        )
        const { quadrature, densities } = massOf(at)
        const { points, weights } = quadrature
        // The mass below each point, and the largest distance to the share of samples below it (Kolmogorov, Smirnov).
        let below = 0
        const sorted = Float64Array.from(drawn.data).sort()
        let next = 0
        let distance = 0
        points.forEach((point, i) => {
          below += weights[i]! * densities[i]!
          // Half of a step, and of the rounding of a level.
          const edge = i + 1 < points.length ? (point + points[i + 1]!) / 2 : Number.POSITIVE_INFINITY
          while (next < draws && sorted[next]! <= edge) next++
          distance = Math.max(distance, Math.abs(below - next / draws))
        })
        // P(√n D > 2.6) < 2 e^(−2 · 2.6²) = 3e−6; quadrature weights alternate, which moves the mass below by a step.
        expect(distance).toBeLessThan(2.6 / Math.sqrt(draws) + 0.01)
      }),
      runs,
    )
  })

  it('has the gradient of central differences', () => {
    fc.assert(
      fc.property(fc.array(parameters, { minLength: 2, maxLength: 2 }), between(0, 1), (at, x) => {
        const { checked } = checkGradients(
          (p: Parameters) =>
            likelihood.logLikelihood(p, tensor([2, 1], [x, 1 - x]) as Tensor<[number, number]>),
          [tensor([2, likelihood.outputs, 1], at.flat()) as Parameters],
        )
        expect(checked).toBeGreaterThan(0)
      }),
      runs,
    )
  })

  it('is finite, with its gradient, mean and samples, at parameters of ±10⁴', () => {
    const extreme = fc.array(fc.constantFrom(-1e4, 0, 1e4), {
      minLength: likelihood.outputs,
      maxLength: likelihood.outputs,
    })
    fc.assert(
      fc.property(extreme, fc.constantFrom(0, 0.5, 1), fc.nat(1000), (at, x, seed) => {
        const p = tensor([1, likelihood.outputs, 1], at) as Parameters
        const given = tensor([1, 1], [x]) as Tensor<[number, number]>
        const gradient = valueAndGrad((p: Parameters) => sum(likelihood.logLikelihood(p, given), [0]))(p)
        for (const { data } of [
          gradient.value,
          gradient.grad,
          likelihood.mean(p),
          likelihood.sample(p, key(seed)),
        ])
          expect(data.every(Number.isFinite)).toBe(true)
      }),
    )
  })
})
