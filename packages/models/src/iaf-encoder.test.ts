import { key, leaves, mapTree, normal, slice, squeeze, type Tensor, tanh, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { gaussianEncoder } from './encoder.ts'
import { iafEncoder } from './iaf-encoder.ts'
import { bernoulli } from './likelihoods/bernoulli.ts'
import { convDown } from './networks/conv.ts'
import { mlp } from './networks/mlp.ts'
import { iafPosterior } from './posteriors/inverse-autoregressive.ts'
import { moved } from './testing/random-params.ts'
import { vae } from './vaes/vae.ts'

// With tanh no unit is ever dead.
const body = mlp([3], [5], { activation: tanh })
const encoder = iafEncoder(body, 4, { hidden: 8, steps: 2 })

describe('iafEncoder', () => {
  it('gives each example its draws, with the densities that the steps alone give them', () => {
    fc.assert(
      fc.property(fc.nat(1e5), fc.integer({ min: 1, max: 3 }), (seed, count) => {
        const params = moved(encoder.init(key(seed)), seed, 0.3)
        const x = normal(key(seed + 1), [2, 3])
        const posterior = encoder.posterior(params)(x)
        const { z, logDensity } = posterior.sample(key(seed + 2), count)
        expect(z.shape).toEqual([count, 2, 4])
        const base = gaussianEncoder(body, 4).posterior(params.start)(x)
        const drawn = base.sample(key(seed + 2), count)
        const context = body.apply(params.start.body)(x)
        const steps = iafPosterior({ latent: 4, context: 5, hidden: 8, steps: 2 }).transform(params.steps)
        for (let k = 0; k < count; k++) {
          const row = <S extends number[]>(t: Tensor<[number, ...S]>) =>
            squeeze(slice(t as Tensor<number[]>, 0, k, k + 1), [0]) as Tensor<number[]>
          const expected = steps(
            { z: row(drawn.z) as Tensor<[2, 4]>, logDensity: row(drawn.logDensity) as Tensor<[2]> },
            context,
          )
          row(z).data.forEach((value, i) => {
            expect(value).toBeCloseTo(expected.z.data[i]!, 4)
          })
          row(logDensity).data.forEach((value, i) => {
            expect(value).toBeCloseTo(expected.logDensity.data[i]!, 4)
          })
        }
      }),
      { numRuns: 30 },
    )
  })

  it('has as its center where the steps take the mean of the base, which reconstruct decodes', () => {
    const params = moved(encoder.init(key(0)), 1, 0.5)
    const x = normal(key(1), [2, 3])
    const { base, center, diagonal } = encoder.posterior(params)(x)
    expect(diagonal).toBe(false)
    expect([...center.data]).not.toEqual([...base.mean.data])
    const model = vae({ encoder, decoder: mlp([4], [6], [3]), likelihood: bernoulli })
    const all = { ...model.init(key(2)).params, encoder: params }
    expect([...model.reconstruct(all)(x).data]).toEqual([...model.generate(all)(center).data])
  })

  it('is learned as a whole: every parameter changes its draws', () => {
    const params = moved(encoder.init(key(3)), 4, 0.5)
    const x = normal(key(4), [1, 3])
    const draw = (p: typeof params) => [...encoder.posterior(p)(x).sample(key(5), 1).z.data]
    for (const { path } of leaves(params)) {
      const names = leaves(params).map((leaf) => leaf.path)
      let index = -1
      const changed = mapTree((leaf) => {
        index++
        return names[index] === path ? normal(key(9), [...leaf.shape]) : leaf
      }, params)
      expect(draw(changed), path).not.toEqual(draw(params))
    }
  })

  it('has exact shapes, and refuses a body that gives no vectors', () => {
    const { z } = encoder
      .posterior(encoder.init(key(0)))(zeros([7, 3]))
      .sample(key(1), 5)
    expectTypeOf(z).toEqualTypeOf<Tensor<[5, 7, 4]>>()
    const conv = convDown([1, 4, 4], [2])
    // @ts-expect-error maps in place of vectors
    expect(() => iafEncoder(conv, 4, { hidden: 8, steps: 2 })).toThrow(
      'iafEncoder: the body must give vectors, it gives [2, 2, 2]',
    )
    expect(() => iafEncoder(mlp([3], [5]), 4, { hidden: 0, steps: 2 })).toThrow('iafEncoder: hidden must be')
  })
})
