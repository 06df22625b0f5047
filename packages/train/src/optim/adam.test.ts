import { type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AdamOptions, scaleByAdam } from './adam.ts'
import { adam, applyUpdates } from './optimizers.ts'

type Params = { readonly w: Tensor<[number]> }

const hyper = (learningRate: number) => ({ learningRate: tensor([], [learningRate]) })

/** Adam on one number, in f64, as the paper writes it. Returns the update of each step. */
const plainAdam = (gradients: readonly number[], b1 = 0.9, b2 = 0.999, eps = 1e-8, v0 = 0): number[] => {
  let [m, v] = [0, v0]
  return gradients.map((g, index) => {
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g * g
    return m / (1 - b1 ** (index + 1)) / (Math.sqrt(v / (1 - b2 ** (index + 1))) + eps)
  })
}

const run = (gradients: readonly number[], options: AdamOptions = {}): number[] => {
  const transform = scaleByAdam<Params>(options)
  const params: Params = { w: tensor([1], [0]) }
  let state = transform.init(params)
  return gradients.map((g) => {
    const result = transform.update({ w: tensor([1], [g]) }, state, params, hyper(1))
    state = result.state
    return result.updates.w.data[0]!
  })
}

const gradient = fc
  .tuple(fc.constantFrom(-1, 1), fc.double({ min: 1e-3, max: 1e3, noNaN: true }))
  .map(([sign, size]) => Math.fround(sign * size))

describe('adam', () => {
  it('makes the steps of the paper, to the precision of f32', () => {
    fc.assert(
      fc.property(fc.array(gradient, { minLength: 1, maxLength: 20 }), (gradients) => {
        const largest = Math.max(...gradients.map(Math.abs))
        const smallest = Math.min(...gradients.map(Math.abs))
        // What cancels in the running mean costs digits, as many as the gradients differ in size.
        const tolerance = 1e-5 * Math.max(1, largest / smallest / 100)
        const expected = plainAdam(gradients)
        run(gradients).forEach((update, index) => {
          expect(Math.abs(update - expected[index]!)).toBeLessThan(tolerance)
        })
      }),
    )
  })

  it('corrects the bias of the first step to seven digits', () => {
    fc.assert(
      fc.property(gradient, (g) => {
        expect(Math.abs(run([g])[0]! - Math.sign(g))).toBeLessThan(2e-5 / Math.abs(g) + 1e-6)
      }),
    )
  })

  it('stays right after many steps, where the correction ends', () => {
    const gradients = Array.from({ length: 5000 }, (_, index) => 1 + 0.5 * Math.sin(index))
    expect(run(gradients).at(-1)).toBeCloseTo(plainAdam(gradients).at(-1)!, 4)
  })

  it('never moves further than the bound of section 2.1 of the paper', () => {
    fc.assert(
      fc.property(fc.array(gradient, { minLength: 1, maxLength: 30 }), (gradients) => {
        const bound = (1 - 0.9) / Math.sqrt(1 - 0.999)
        for (const update of run(gradients)) expect(Math.abs(update)).toBeLessThanOrEqual(bound * 1.001)
      }),
    )
  })

  it('does not depend on the scale of the gradients', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 0, max: 8 }),
        (gradients, power) => {
          const scaled = run(gradients.map((g) => g * 2 ** power))
          run(gradients).forEach((update, index) => {
            expect(Math.abs(update - scaled[index]!)).toBeLessThan(1e-5)
          })
        },
      ),
    )
  })

  it('goes down a quadratic', () => {
    const optimizer = adam<Params>()
    let params: Params = { w: tensor([2], [3, -4]) }
    let state = optimizer.init(params)
    for (let step = 0; step < 400; step++) {
      const grads: Params = {
        w: tensor(
          [2],
          Array.from(params.w.data, (w) => 2 * w),
        ),
      }
      const result = optimizer.update(grads, state, params, hyper(0.05))
      params = applyUpdates(params, result.updates)
      state = result.state
    }
    for (const w of params.w.data) expect(Math.abs(w)).toBeLessThan(1e-2)
  })

  it('starts its second moment where it is told to, as the recipe of Burda et al. does', () => {
    const recipe = { b1: 0.99, b2: 0.999, eps: 1e-4, initialSecondMoment: 1 }
    fc.assert(
      fc.property(fc.array(gradient, { minLength: 1, maxLength: 20 }), (gradients) => {
        const expected = plainAdam(gradients, 0.99, 0.999, 1e-4, 1)
        // The mean is rounded at the size of the largest gradient; the root that divides it is at least 7 here.
        const tolerance =
          1e-6 * Math.max(...gradients.map(Math.abs)) + 1e-5 * Math.max(...expected.map(Math.abs))
        run(gradients, recipe).forEach((update, index) => {
          expect(Math.abs(update - expected[index]!)).toBeLessThan(tolerance)
        })
      }),
    )
    const [cautious, usual] = [run([0.01], recipe), run([0.01])]
    expect(cautious[0]).toBeLessThan(0.01 * usual[0]!)
  })

  it('refuses a second moment that no square has', () => {
    expect(() => scaleByAdam({ initialSecondMoment: -1 })).toThrow(
      'adam: expected initialSecondMoment of 0 or more, got -1',
    )
  })

  it('refuses decays outside (0, 1)', () => {
    expect(() => scaleByAdam({ b1: 1 })).toThrow('adam: expected b1 between 0 and 1, got 1')
    expect(() => scaleByAdam({ b2: Number.NaN })).toThrow('adam: expected b2 between 0 and 1, got NaN')
  })
})
