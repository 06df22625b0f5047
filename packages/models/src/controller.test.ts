import { grad } from '@vae/autograd'
import { item, type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KlController, type KlControllerState, klController } from './controller.ts'

const scalar = (value: number): Tensor<[]> => tensor([], [value])

/** A model whose KL goes to `free` · e^(−slope · β), a tenth of the way in each step. */
interface Plant {
  readonly free: number
  readonly slope: number
}

interface Loop {
  readonly state: KlControllerState
  readonly kl: number
  readonly beta: number
}

const run = (controller: KlController, plant: Plant, target: number, steps: number, from?: Loop): Loop => {
  let loop = from ?? { state: controller.init(), kl: plant.free, beta: 0 }
  for (let i = 0; i < steps; i++) {
    const { beta, state } = controller.update(loop.state, scalar(loop.kl), scalar(target))
    const rest = plant.free * Math.exp(-plant.slope * item(beta))
    loop = { state, beta: item(beta), kl: loop.kl + 0.1 * (rest - loop.kl) }
  }
  return loop
}

const plant = fc.record({
  free: fc.double({ min: 20, max: 60, noNaN: true }),
  slope: fc.double({ min: 1, max: 4, noNaN: true }),
})

describe('klController', () => {
  const controller = klController({ integral: 0.001 })

  it('brings the KL of a simulated model to any target that a β within its bounds reaches', () => {
    fc.assert(
      fc.property(plant, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (model, beta) => {
        const target = model.free * Math.exp(-model.slope * beta)
        const { kl, beta: found } = run(controller, model, target, 3000)
        expect(Math.abs(kl - target)).toBeLessThan(0.01 * target)
        expect(found).toBeCloseTo(beta, 1)
      }),
      // Each case is a simulation of thousands of steps.
      { numRuns: 20 },
    )
  })

  it('stays within its bounds, whatever it sees', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(plant, fc.double({ min: 0, max: 1e6, noNaN: true })), { maxLength: 20 }),
        (seen) => {
          const bounded = klController({ integral: 0.1, min: 0.25, max: 2 })
          let state = bounded.init()
          for (const [{ free }, target] of seen) {
            const next = bounded.update(state, scalar(free), scalar(target))
            expect(item(next.beta)).toBeGreaterThanOrEqual(0.25)
            expect(item(next.beta)).toBeLessThanOrEqual(2)
            state = next.state
          }
        },
      ),
    )
  })

  it('lets go of a bound as soon as the target can be reached, however long it was out of reach', () => {
    const model = { free: 40, slope: 1 }
    for (const unreachable of [1, 100]) {
      const brief = run(controller, model, unreachable, 500)
      const long = run(controller, model, unreachable, 5000)
      expect(brief.beta).toBe(unreachable === 1 ? 1 : 0)
      expect(long.beta).toBe(brief.beta)
      expect(Math.abs(item(long.state.integral))).toBeLessThanOrEqual(1)
      const target = 40 * Math.exp(-0.5)
      expect(run(controller, model, target, 1000, long).kl).toBeCloseTo(target, 0)
    }
  })

  it('has no gradient', () => {
    const beta = (kl: Tensor<[]>) => controller.update(controller.init(), kl, scalar(20)).beta
    expect(item(grad(beta)(scalar(19)))).toBe(0)
  })

  it('refuses settings that control nothing', () => {
    expect(() => klController({ integral: -1 })).toThrow(
      'klController: integral must be a number of 0 or more, got -1',
    )
    expect(() => klController({ min: 2 })).toThrow('klController: min must be at most max, got 2 and 1')
  })
})
