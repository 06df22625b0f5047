import { jacobian } from '@vae/autograd'
import { checkGradients } from '@vae/autograd/testing'
import { key, leaves, normal, type Tensor, tensor, zeros } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logAbsDeterminant } from '../testing/determinant.ts'
import { inFloat64 } from '../testing/in-float64.ts'
import { moved } from '../testing/random-params.ts'
import { affineCoupling, realNvp } from './affine-coupling.ts'
import { composeFlows, type Flow } from './flow.ts'
import { type PlanarParams, planar, planarFlow } from './planar.ts'

const seeds = fc.nat(1e5)
const points = <Z extends number>(seed: number, count: number, latent: Z): Tensor<[number, Z]> =>
  normal(key(seed), [count, latent])

const lawsOf = <Z extends number, P>(name: string, flow: Flow<Z, P>): void => {
  const { latent } = flow
  const paramsOf = (seed: number): P => moved(flow.init(key(seed)), seed, 0.7)

  describe(name, () => {
    it('has an inverse, whose log-determinant is the negative one', () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const params = paramsOf(seed)
          const x = points(seed, 5, latent)
          const there = flow.forward(params)(x)
          const back = flow.inverse(params)(there.value)
          // In float32 each step loses bits by its condition, which is bounded by e² or 1e4 and mostly near 1.
          back.value.data.forEach((value, i) => {
            expect(Math.abs(value - x.data[i]!)).toBeLessThan(2e-3)
          })
          back.logDet.data.forEach((value, i) => {
            expect(Math.abs(value + there.logDet.data[i]!)).toBeLessThan(2e-3)
          })
        }),
        { numRuns: 25 },
      )
    })

    it('has an inverse that is exact, in both orders, in float64', () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const params = paramsOf(seed)
          const like = zeros([5, latent]) as Tensor<[number, Z]>
          const x = [...points(seed, 5, latent).data]
          const there = inFloat64(
            (z: typeof like) => flow.inverse(params)(flow.forward(params)(z).value).value,
            [like],
          )
          const back = inFloat64(
            (z: typeof like) => flow.forward(params)(flow.inverse(params)(z).value).value,
            [like],
          )
          for (const round of [there(x), back(x)])
            round.forEach((value, i) => {
              // The parameters, and the constraint of planar flows on them, are rounded to float32.
              expect(Math.abs(value - x[i]!)).toBeLessThan(2e-6)
            })
        }),
        { numRuns: 10 },
      )
    })

    it('has the log-determinant of its Jacobian', () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const params = paramsOf(seed)
          const x = points(seed, 1, latent)
          const matrix = jacobian((z: Tensor<[number, Z]>) => flow.forward(params)(z).value)(x)
          const { logDet } = flow.forward(params)(x)
          // The elements of the Jacobian are rounded to float32.
          expect(Math.abs(logAbsDeterminant(matrix.data) - logDet.data[0]!)).toBeLessThan(1e-3)
        }),
        { numRuns: 15 },
      )
    })

    it('has the gradient of central differences, in both directions', () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const x = points(seed, 2, latent)
          for (const direction of ['forward', 'inverse'] as const) {
            const { checked } = checkGradients(
              (params: P, z: Tensor<[number, Z]>) =>
                direction === 'forward' ? flow.forward(params)(z) : flow.inverse(params)(z),
              [paramsOf(seed), x],
              { elements: 8 },
            )
            expect(checked).toBeGreaterThan(0)
          }
        }),
        { numRuns: 2 },
      )
    })
  })
}

lawsOf('planar', planar(3))
lawsOf('affineCoupling', affineCoupling({ latent: 4, hidden: 5, keeps: 'odd' }))
lawsOf('planarFlow', planarFlow({ latent: 2, steps: 3 }))
lawsOf('realNvp', realNvp({ latent: 3, hidden: 4, steps: 3 }))

describe('planar', () => {
  it('stays invertible where the unconstrained direction is against the weight', () => {
    const params = {
      weight: tensor([2], [1, 0]),
      direction: tensor([2], [-50, 3]),
      bias: tensor([], [0]),
    }
    const { value, logDet } = planar(2).forward(params)(tensor([3, 2], [-0.1, 0, 0, 0, 0.1, 0]))
    const first = [0, 2, 4].map((i) => value.data[i]!)
    expect(first[0]! < first[1]! && first[1]! < first[2]!).toBe(true)
    expect(logDet.data.every(Number.isFinite)).toBe(true)
  })
})

describe('affineCoupling', () => {
  it('keeps what it says, and starts as the identity', () => {
    const x = points(3, 4, 5)
    const flow = affineCoupling({ latent: 5, hidden: 7, keeps: 'even' })
    const start = flow.forward(flow.init(key(0)))(x)
    expect([...start.value.data]).toEqual([...x.data])
    const changed = flow.forward(moved(flow.init(key(0)), 1, 1))(x)
    changed.value.data.forEach((value, i) => {
      if ((i % 5) % 2 === 0) expect(value).toBe(x.data[i])
      else expect(value).not.toBe(x.data[i])
    })
  })

  it('refuses a single dimension', () => {
    expect(() => affineCoupling({ latent: 1, hidden: 4, keeps: 'even' })).toThrow(
      'affineCoupling: latent must be 2 or more, one half changes the other, got 1',
    )
  })
})

describe('composeFlows', () => {
  it('is the identity without any', () => {
    const { value, logDet } = composeFlows(2, [] as readonly Flow<2, never>[]).forward([])(zeros([3, 2]))
    expect([value.shape, [...logDet.data]]).toEqual([
      [3, 2],
      [0, 0, 0],
    ])
  })

  it('refuses flows of another size at run time too', () => {
    const unknown: Flow<number, PlanarParams<number>> = planar(3 as number)
    expect(() => composeFlows(2, [unknown])).toThrow(
      'composeFlows: expected flows of 2 latent dimensions, got 3',
    )
  })

  it('has a parameter tree with the parameters of each', () => {
    expect(leaves(planarFlow({ latent: 2, steps: 2 }).init(key(0))).map(({ path }) => path)).toEqual([
      '0.bias',
      '0.direction',
      '0.weight',
      '1.bias',
      '1.direction',
      '1.weight',
    ])
  })
})
