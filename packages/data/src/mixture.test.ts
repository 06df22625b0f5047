import { key, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { firstExamples } from './dataset.ts'
import { exerciseMixture, gaussianMixture, mixtureSplits } from './mixture.ts'

/** log p(x) by its definition in f64: log of the sum of the densities. */
const logDensity = (x: readonly number[], { components }: typeof exerciseMixture): number =>
  Math.log(
    components.reduce(
      (total, { weight, mean, variance }) =>
        total +
        x.reduce(
          (density, value, i) =>
            (density * Math.exp(-((value - mean[i]!) ** 2) / (2 * variance[i]!))) /
            Math.sqrt(2 * Math.PI * variance[i]!),
          weight,
        ),
      0,
    ),
  )

const near = fc.double({ min: -3, max: 3, noNaN: true })

describe('logDensity', () => {
  it('is the log of the density', () => {
    fc.assert(
      fc.property(fc.array(near, { minLength: 8, maxLength: 8 }), (x) => {
        const rounded = x.map(Math.fround)
        const [value] = exerciseMixture.logDensity(tensor([1, 8], rounded)).data
        // Sums of numbers up to 150 in f32, whose spacing there is 1.5e-5.
        expect(Math.abs(value! - logDensity(rounded, exerciseMixture))).toBeLessThan(1e-4)
      }),
    )
  })

  it('integrates to 1', () => {
    const mixture = gaussianMixture(1, [
      { weight: 0.25, mean: [-1], variance: [0.5] },
      { weight: 0.75, mean: [2], variance: [2] },
    ])
    const step = 1 / 64
    const points = Array.from({ length: 40 * 64 }, (_, i) => -20 + i * step)
    const { data } = mixture.logDensity(tensor([points.length, 1], points))
    const total = data.reduce((sum, value) => sum + Math.exp(value) * step, 0)
    // The trapezoid rule converges faster than any power of the step for functions like this; what is left is f32.
    expect(total).toBeCloseTo(1, 5)
  })

  it('is finite far away, where every density is 0 in f32', () => {
    const [value] = exerciseMixture.logDensity(tensor([1, 8], new Array<number>(8).fill(1000))).data
    expect(value).toBeLessThan(-3e6)
    expect(value).toBeGreaterThan(Number.NEGATIVE_INFINITY)
  })
})

describe('draw', () => {
  const count = 20_000
  const { examples, labels } = exerciseMixture.draw(key(1), count, 'train')
  const { data } = firstExamples(count)({ name: '', split: 'train', examples, labels })
  const components = O.getOrElseW(() => {
    throw new Error('the mixture has no labels')
  })(labels).data

  it('has the weights, means and variances of its components', () => {
    exerciseMixture.components.forEach(({ weight, mean, variance }, component) => {
      const rows = [...components.keys()].filter((row) => components[row] === component)
      const values = (feature: number) => rows.map((row) => data[row * 8 + feature]!)
      // Five standard errors each; the key is fixed, so this cannot fail by chance.
      expect(Math.abs(rows.length / count - weight)).toBeLessThan(
        5 * Math.sqrt((weight * (1 - weight)) / count),
      )
      for (let feature = 0; feature < 8; feature++) {
        const average = values(feature).reduce((sum, value) => sum + value, 0) / rows.length
        const spread = values(feature).reduce((sum, value) => sum + (value - average) ** 2, 0) / rows.length
        expect(Math.abs(average - mean[feature]!)).toBeLessThan(
          5 * Math.sqrt(variance[feature]! / rows.length),
        )
        expect(Math.abs(spread / variance[feature]! - 1)).toBeLessThan(5 * Math.sqrt(2 / rows.length))
      }
    })
  })

  it('has independent features within a component', () => {
    const [{ mean, variance }] = exerciseMixture.components as [(typeof exerciseMixture.components)[0]]
    const rows = [...components.keys()].filter((row) => components[row] === 0)
    const correlation = (a: number, b: number) =>
      rows.reduce((sum, row) => sum + (data[row * 8 + a]! - mean[a]!) * (data[row * 8 + b]! - mean[b]!), 0) /
      rows.length /
      Math.sqrt(variance[a]! * variance[b]!)
    for (let a = 0; a < 8; a++)
      for (let b = 0; b < a; b++) expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(rows.length))
  })
})

describe('mixtureSplits', () => {
  it('follows from the key alone, and gives different examples to learn from and to judge on', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(20), fc.integer({ min: 1, max: 20 }), (seed, train, test) => {
        const make = () => mixtureSplits(exerciseMixture, { train, test }, key(seed))
        const splits = make()
        expect([splits.train.examples.count, splits.test.examples.count]).toEqual([train, test])
        expect(firstExamples(test)(make().test)).toEqual(firstExamples(test)(splits.test))
        if (train > 0)
          expect(splits.train.examples.gather([0]).data).not.toEqual(splits.test.examples.gather([0]).data)
      }),
    )
  })
})

describe('gaussianMixture', () => {
  it('refuses what is no mixture', () => {
    const component = { weight: 1, mean: [0], variance: [1] }
    expect(() => gaussianMixture(1, [])).toThrow('positive weights that sum to 1, got ')
    expect(() => gaussianMixture(1, [component, component])).toThrow('sum to 1, got 1, 1')
    expect(() => gaussianMixture(2, [component])).toThrow(
      'expected 2 means and variances, component 0 has 1 and 1',
    )
    expect(() => gaussianMixture(1, [{ ...component, variance: [0] }])).toThrow('component 0 has one of 0')
  })
})
