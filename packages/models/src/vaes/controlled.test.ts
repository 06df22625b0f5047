import { compileWith, referenceEngine, valueAndGrad } from '@vae/autograd'
import { full, item, key, ones, type Tensor, tensor } from '@vae/tensor'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { gaussianEncoder } from '../encoder.ts'
import { bernoulli } from '../likelihoods/bernoulli.ts'
import { mlp } from '../networks/mlp.ts'
import { type ControlledState, controlled } from './controlled.ts'
import { vae } from './vae.ts'

const plain = vae({
  encoder: gaussianEncoder(mlp([4], [5]), 3),
  decoder: mlp([3], [5], [4]),
  likelihood: bernoulli,
})
const model = controlled(plain, { min: 0.5, max: 3, integral: 0.1 })
const { params, state } = model.init(key(0))
const batch = {
  examples: tensor(
    [6, 4],
    Array.from({ length: 24 }, (_, i) => ((i * 7) % 11) / 10),
  ),
  weights: ones([6]),
}

/** β after some steps towards a KL, with the parameters held. */
const betaAfter = (steps: number, targetKl: number): number => {
  let now: ControlledState = state
  for (let i = 0; i < steps; i++)
    now = model.objective({ targetKl: full([], targetKl) })(params, now, batch, key(i)).state
  return item(now.beta)
}

describe('controlled', () => {
  it('begins with the least β', () => {
    expect(item(state.beta)).toBe(0.5)
  })

  it('has the loss of the VAE with the β of the step before', () => {
    const step = (from: ControlledState) =>
      model.objective({ targetKl: full([], 0) })(params, from, batch, key(3))
    const first = step(state)
    const second = step(first.state)
    expect(item(first.state.beta)).toBeGreaterThan(0.5)
    for (const [{ loss, terms }, beta] of [
      [first, state.beta],
      [second, first.state.beta],
    ] as const)
      expect({ loss, terms, state: {} }).toEqual(plain.objective({ beta })(params, {}, batch, key(3)))
  })

  it('raises β while the KL is above its target, and keeps it at its bounds', () => {
    expect(betaAfter(3, 0)).toBeGreaterThan(betaAfter(1, 0))
    expect(betaAfter(500, 0)).toBeCloseTo(3, 6)
    // Far below its target nothing is left of the proportional part either.
    expect(betaAfter(3, 100)).toBeCloseTo(0.5, 6)
  })

  it('compiles to one program with its state', () => {
    const step = (p: typeof params, from: ControlledState, target: Tensor<[]>) =>
      valueAndGrad(model.objective({ targetKl: target }))(p, from, batch, key(3))
    const run = compileWith(referenceEngine)(step)
    const [compiled, eager] = [run, step].map((f) => f(params, state, full([], 0)))
    expect(compiled).toEqual(eager)
    expectTypeOf(eager!.state).toEqualTypeOf<ControlledState>()
  })
})
