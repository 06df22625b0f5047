import { key, type Tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { glorotUniform, kaimingUniform } from './init.ts'

const fans = fc.record({ fanIn: fc.integer({ min: 1, max: 40 }), fanOut: fc.integer({ min: 1, max: 40 }) })

const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

const inits: readonly [
  name: string,
  draw: (fans: { fanIn: number; fanOut: number }) => Tensor<number[]>,
  variance: (fans: { fanIn: number; fanOut: number }) => number,
][] = [
  [
    'glorotUniform',
    ({ fanIn, fanOut }) => glorotUniform(key(3), [40, 50], { fanIn, fanOut }),
    ({ fanIn, fanOut }) => 2 / (fanIn + fanOut),
  ],
  ['kaimingUniform', ({ fanIn }) => kaimingUniform(key(3), [40, 50], fanIn), ({ fanIn }) => 1 / (3 * fanIn)],
]

describe.each(inits)('%s', (_, draw, variance) => {
  it('has the variance of its source, about 0, and no number beyond its bound', () => {
    fc.assert(
      fc.property(fans, (chosen) => {
        const { data } = draw(chosen)
        const deviation = Math.sqrt(variance(chosen))
        // Of 2,000 numbers: five standard errors of a mean, and of the variance of a uniform distribution.
        expect(Math.abs(meanOf(data))).toBeLessThan((5 * deviation) / Math.sqrt(data.length))
        const spread = meanOf(data.map((value) => value * value)) / deviation ** 2
        expect(Math.abs(spread - 1)).toBeLessThan(5 * Math.sqrt(0.8 / data.length))
        expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(3) * deviation * (1 + 1e-6))
      }),
    )
  })
})

it('glorotUniform refuses sizes that are none', () => {
  expect(() => glorotUniform(key(0), [-1 as number, 2], { fanIn: 1, fanOut: 1 })).toThrow(/glorotUniform/)
})
