import { jacobian } from '@vae/autograd'
import { checkGradients } from '@vae/autograd/testing'
import { key, normal, type Tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { made } from '../flows/made.ts'
import { logAbsDeterminant } from '../testing/determinant.ts'
import { moved } from '../testing/random-params.ts'
import { iafPosterior } from './inverse-autoregressive.ts'

const seeds = fc.nat(1e5)

/** Sizes with more, as many and fewer hidden units than latents. */
const sizes = fc.record({
  latent: fc.integer({ min: 1, max: 5 }),
  context: fc.integer({ min: 1, max: 3 }),
  hidden: fc.integer({ min: 1, max: 12 }),
})

describe('made', () => {
  it('has strictly triangular Jacobians: an output sees only what is before it', () => {
    fc.assert(
      fc.property(sizes, seeds, ({ latent, context, hidden }, seed) => {
        const network = made(latent, context, hidden)
        const params = moved(network.init(key(seed)), seed, 1)
        const z = normal(key(seed), [1, latent])
        const given = normal(key(seed + 1), [1, context])
        for (const output of ['mean', 'gate'] as const) {
          const { data } = jacobian((x: typeof z) => network.apply(params)(x, given)[output])(z)
          data.forEach((derivative, i) => {
            const [row, column] = [Math.floor(i / latent), i % latent]
            if (column >= row) expect(derivative).toBe(0)
            // With a unit for each degree nothing before is missing.
            else if (hidden >= latent) expect(derivative).not.toBe(0)
          })
        }
      }),
    )
  })

  it('lets every output see all of the context', () => {
    const network = made(4, 3, 8)
    const params = moved(network.init(key(0)), 1, 1)
    const z = normal(key(1), [1, 4])
    const { mean } = jacobian((given: Tensor<[1, 3]>) => network.apply(params)(z, given))(
      normal(key(2), [1, 3]),
    )
    expect(mean.data.every((derivative) => derivative !== 0)).toBe(true)
  })
})

describe('iafPosterior', () => {
  it('has a log-density that is exact against the Jacobian of its steps', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 4 }),
        seeds,
        ({ latent, context, hidden }, steps, seed) => {
          const posterior = iafPosterior({ latent, context, hidden, steps })
          const params = moved(posterior.init(key(seed)), seed, 0.5)
          const given = normal(key(seed + 1), [1, context])
          const start = normal(key(seed), [1, latent])
          const from = (z: typeof start) => posterior.transform(params)({ z, logDensity: zeros([1]) }, given)
          const { data } = jacobian((z: typeof start) => from(z).z)(start)
          // The elements of the Jacobian are rounded to float32.
          expect(Math.abs(logAbsDeterminant(data) + from(start).logDensity.data[0]!)).toBeLessThan(1e-3)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('sees every latent in every latent after two steps, since the order is reversed between them', () => {
    const posterior = iafPosterior({ latent: 4, context: 2, hidden: 8, steps: 2 })
    const params = moved(posterior.init(key(0)), 3, 1)
    const given = normal(key(1), [1, 2])
    const { data } = jacobian(
      (z: Tensor<[1, 4]>) => posterior.transform(params)({ z, logDensity: zeros([1]) }, given).z,
    )(normal(key(2), [1, 4]))
    expect(data.every((derivative) => derivative !== 0)).toBe(true)
  })

  it('has the gradient of central differences in parameters, Gaussian and context', () => {
    const posterior = iafPosterior({ latent: 3, context: 2, hidden: 5, steps: 2 })
    const start = { mean: normal(key(3), [2, 3]), logVar: normal(key(4), [2, 3]) }
    const { checked, unsettled } = checkGradients(
      (p: ReturnType<typeof posterior.init>, q: typeof start, context: Tensor<[2, 2]>) =>
        posterior.sample(p)(q, context, key(5)),
      [moved(posterior.init(key(1)), 2, 0.5), start, normal(key(6), [2, 2])],
      { elements: 8 },
    )
    expect(checked).toBeGreaterThan(50)
    expect(unsettled).toBe(0)
  })

  it('refuses a context of another size at run time too', () => {
    const posterior = iafPosterior({ latent: 3, context: 2, hidden: 5, steps: 1 })
    const start = { mean: zeros([4, 3]), logVar: zeros([4, 3]) }
    const unknown: Tensor<[number, number]> = zeros([4, 5])
    expect(() => posterior.sample(posterior.init(key(0)))(start, unknown, key(1))).toThrow(
      'iafPosterior: expected a context [4, 2], got [4, 5] (2 ≠ 5)',
    )
  })

  it('has exact shapes', () => {
    const posterior = iafPosterior({ latent: 3, context: 2, hidden: 5, steps: 1 })
    const start = { mean: zeros([4, 3]), logVar: zeros([4, 3]) }
    const { z, logDensity } = posterior.sample(posterior.init(key(0)))(start, zeros([4, 2]), key(1))
    expectTypeOf(z).toEqualTypeOf<Tensor<[4, 3]>>()
    expectTypeOf(logDensity).toEqualTypeOf<Tensor<[4]>>()
    // @ts-expect-error a context of another batch
    expect(() => posterior.sample(posterior.init(key(0)))(start, zeros([3, 2]), key(1))).toThrow(
      'iafPosterior: expected a context [4, 2], got [3, 2] (4 ≠ 3)',
    )
  })
})
