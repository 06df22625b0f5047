import { checkGradients } from '@vae/autograd/testing'
import { key, type Tensor, tanh, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { realNvp } from '../flows/affine-coupling.ts'
import { planarFlow } from '../flows/planar.ts'
import { linear } from '../linear.ts'
import { clampLogVar } from '../log-variance.ts'
import { inFloat64 } from '../testing/in-float64.ts'
import { moved } from '../testing/random-params.ts'
import { flowPrior } from './flow.ts'
import { gaussianMixture } from './mixture.ts'
import type { Prior } from './prior.ts'
import { standardNormal } from './standard-normal.ts'
import { vampPrior } from './vamp.ts'

const encoder = { mean: linear(3, 2), logVar: linear(3, 2) }
// Moved ones are no marked parameters, which a recording would refuse to hold still.
const weights = moved({ mean: encoder.mean.init(key(1)), logVar: encoder.logVar.init(key(2)) }, 0, 0.3)
const encode = <N extends number>(x: Tensor<[N, 3]>) => ({
  mean: encoder.mean.apply(weights.mean)(x),
  logVar: clampLogVar(encoder.logVar.apply(weights.logVar)(tanh(x))),
})

/** The middles of squares that cover [−10, 10]². */
const side = 160
const width = 20 / side
const middle = (i: number): number => (i + 0.5) * width - 10
const grid = Array.from({ length: side * side }, (_, i) => [
  middle(Math.floor(i / side)),
  middle(i % side),
]).flat()

/** Functions whose expectation a sample estimates. */
const statistics: readonly ((a: number, b: number) => number)[] = [
  (a) => a,
  (_, b) => b,
  (a) => a * a,
  (_, b) => b * b,
  (a, b) => a * b,
  (a, b) => Math.sin(2 * a + b),
]

const lawsOf = <P>(name: string, prior: Prior<2, P, typeof encode>, scale: number): void => {
  const paramsOf = (seed: number): P => moved(prior.init(key(seed)), seed, scale)
  const densityOf = (params: P) => {
    const logDensity = inFloat64(
      (z: Tensor<[number, 2]>) => prior.logDensity(params, encode)(z),
      [zeros([side * side, 2])],
    )
    return logDensity(grid).map(Math.exp)
  }

  describe(name, () => {
    it('has a density that integrates to 1, and draws what has its expectations', () => {
      fc.assert(
        fc.property(fc.nat(1e5), (seed) => {
          const params = paramsOf(seed)
          const masses = densityOf(params).map((p) => p * width * width)
          // The midpoint rule with steps of ⅛ is exact for densities that change over more than that; the tails are 0.
          expect(Math.abs(masses.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-3)
          const count = 4000
          const { data } = prior.sample(params, encode)(key(seed), count)
          for (const f of statistics) {
            const exact = masses.reduce((total, p, i) => total + p * f(grid[2 * i]!, grid[2 * i + 1]!), 0)
            const drawn = Array.from({ length: count }, (_, i) => f(data[2 * i]!, data[2 * i + 1]!))
            const mean = drawn.reduce((a, b) => a + b, 0) / count
            const variance = drawn.reduce((a, b) => a + (b - mean) ** 2, 0) / count
            // Five standard errors, and what the integral may miss.
            expect(Math.abs(mean - exact)).toBeLessThan(5 * Math.sqrt(variance / count) + 5e-3)
          }
        }),
        { numRuns: 3 },
      )
    })

    it('has the gradient of central differences in parameters and latents', () => {
      const { checked } = checkGradients(
        (params: P, z: Tensor<[number, 2]>) => prior.logDensity(params, encode)(z),
        [paramsOf(3), standardNormal(2).sample({}, null)(key(4), 3)],
        { elements: 10 },
      )
      expect(checked).toBeGreaterThan(5)
    })
  })
}

lawsOf('standardNormal', standardNormal(2), 0)
lawsOf('gaussianMixture', gaussianMixture({ components: 3, latent: 2 }), 0.5)
lawsOf('vampPrior', vampPrior({ components: 4, example: [3], latent: 2 }), 1)
lawsOf('flowPrior of planar flows', flowPrior(planarFlow({ latent: 2, steps: 3 })), 0.4)
lawsOf('flowPrior of affine couplings', flowPrior(realNvp({ latent: 2, hidden: 4, steps: 2 })), 0.3)

describe('types of priors', () => {
  it('carry exact sizes', () => {
    const prior = gaussianMixture({ components: 3, latent: 2 })
    const params = prior.init(key(0))
    expectTypeOf(params.means).toEqualTypeOf<Tensor<[3, 2]>>()
    expectTypeOf(prior.sample(params, null)(key(1), 7)).toEqualTypeOf<Tensor<[7, 2]>>()
    expectTypeOf(prior.logDensity(params, null)(zeros([7, 2]))).toEqualTypeOf<Tensor<[7]>>()
    // @ts-expect-error latents of another size
    expect(() => prior.logDensity(params, null)(zeros([7, 3]))).toThrow(
      'logDensity: expected 2 latent dimensions, got 3: [7, 3]',
    )
  })

  it('refuse a VampPrior without the encoder that it needs', () => {
    const prior = vampPrior({ components: 4, example: [3], latent: 2 })
    // @ts-expect-error nothing that encodes
    prior.logDensity(prior.init(key(0)), null)
    expect(prior.init(key(0)).pseudoInputs.shape).toEqual([4, 3])
  })
})
