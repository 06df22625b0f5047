import { tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { discretisedLogistic, mixtureOfLogistics } from './discretised-logistic.ts'

const between = (min: number, max: number) => fc.integer({ min: min * 64, max: max * 64 }).map((n) => n / 64)

/** The mass of a logistic distribution between the edges of a level, in float64, as the paper writes it. */
const mass = (mean: number, logScale: number, level: number): number => {
  const below = (edge: number) => 1 / (1 + Math.exp(-(edge - mean) / Math.exp(logScale)))
  const [lower, upper] = [(2 * level - 1) / 255 - 1, (2 * level + 1) / 255 - 1]
  return (level === 255 ? 1 : below(upper)) - (level === 0 ? 0 : below(lower))
}

describe('discretisedLogistic', () => {
  it('has the masses of the distribution between the edges of levels', () => {
    fc.assert(
      fc.property(between(-1, 1), between(-6, 1), fc.nat(255), (mean, logScale, level) => {
        const exact = mass(mean, logScale, level)
        // Below this, the difference that the paper writes loses digits to cancellation.
        fc.pre(exact > 1e-8)
        const nats = discretisedLogistic.logLikelihood(
          tensor([1, 2, 1], [mean, logScale]),
          tensor([1, 1], [level / 255]),
        )
        // Distances of up to e⁶ scales are rounded to float32.
        expect(Math.abs(nats.data[0]! - Math.log(exact))).toBeLessThan(1e-3)
      }),
    )
  })

  it('takes an intensity between levels for the nearest', () => {
    const nats = discretisedLogistic.logLikelihood(
      tensor([3, 2, 1], [0, -3, 0, -3, 0, -3]),
      tensor([3, 1], [100.4 / 255, 100 / 255, 99.6 / 255]),
    )
    expect(new Set(nats.data).size).toBe(1)
  })

  it('is the mixture with one component, whatever its logit', () => {
    fc.assert(
      fc.property(
        between(-2, 2),
        between(-7, 2),
        between(-9, 9),
        fc.nat(255),
        (mean, logScale, logit, level) => {
          const x = tensor([1, 1], [level / 255])
          const one = mixtureOfLogistics(1).logLikelihood(tensor([1, 3, 1], [logit, mean, logScale]), x)
          const alone = discretisedLogistic.logLikelihood(tensor([1, 2, 1], [mean, logScale]), x)
          // Through one logarithm of a sum more.
          expect(Math.abs(one.data[0]! - alone.data[0]!)).toBeLessThanOrEqual(
            2 ** -22 * (1 + Math.abs(alone.data[0]!)),
          )
        },
      ),
    )
  })
})
