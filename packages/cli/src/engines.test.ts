import { compileWith, type Engine, referenceEngine } from '@vae/autograd'
import { bernoulli, gaussianEncoder, mlp, vae } from '@vae/models'
import { item, leaves, ones, type Tensor, tensor } from '@vae/tensor'
import { adam, residentParts, startOf, trainingStep } from '@vae/train'
import { wasmEngine } from '@vae/wasm'
import { describe, expect, it } from 'vitest'

interface Sizes {
  readonly features: number
  readonly hidden: number
  readonly latent: number
}

/** The step that `vae train` compiles, for a model of any size, with a batch of made-up images. */
const training = ({ features, hidden, latent }: Sizes, batch: number) => {
  const model = vae({
    encoder: gaussianEncoder(mlp([features], [hidden]), latent),
    decoder: mlp([latent], [hidden], [features]),
    likelihood: bernoulli,
  })
  const optimizer = adam<ReturnType<typeof model.init>['params']>()
  const step = trainingStep(({ beta }: Hyper) => model.objective({ beta }), optimizer)
  const images = Uint8Array.from({ length: batch * features }, (_, i) => (i * i * 31 + i * 7) % 256)
  return {
    step,
    start: () => startOf(3, model.init, optimizer).training,
    data: { examples: tensor([batch, features], images, 'u8'), weights: ones([batch]) },
    hyper: { learningRate: tensor([], [1e-2]), beta: tensor([], [0.7]) },
  }
}

type Hyper = Record<'learningRate' | 'beta', Tensor<[]>>

/** Losses of `steps` steps and the parameters after them. */
const run = (engine: Engine, { step, start, data, hyper }: ReturnType<typeof training>, steps: number) => {
  const compiled = compileWith(engine)(step, { donate: residentParts })
  let state = start()
  const losses: number[] = []
  for (let i = 0; i < steps; i++) {
    const result = compiled(state, data, hyper)
    losses.push(item(result.loss))
    state = result.state
  }
  return {
    losses,
    parameters: leaves(state.params).map(({ path, tensor: x }) => ({ path, data: x.data.slice() })),
  }
}

/** The largest difference, relative to the largest number of a tensor. */
const apart = (actual: ArrayLike<number>, expected: ArrayLike<number>): number => {
  let difference = 0
  let scale = 0
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!))
    scale = Math.max(scale, Math.abs(expected[i]!))
  }
  return difference / scale
}

describe('twenty training steps, compiled and by the reference evaluator', () => {
  it.each([
    { features: 7, hidden: 13, latent: 3, batch: 5 },
    { features: 29, hidden: 17, latent: 1, batch: 3 },
    { features: 33, hidden: 9, latent: 11, batch: 1 },
  ])('a $features-$hidden-$latent VAE, batch $batch, within 1e-5', async ({ batch, ...sizes }) => {
    const model = training(sizes, batch)
    const actual = run(await wasmEngine(), model, 20)
    const expected = run(referenceEngine, model, 20)
    expect(apart(actual.losses, expected.losses)).toBeLessThan(1e-5)
    for (const [index, { path, data }] of expected.parameters.entries())
      expect(apart(actual.parameters[index]!.data, data), path).toBeLessThan(1e-5)
  })
})

describe('a thousand training steps', () => {
  it('leave the heap and the memory of the engine as they were', async () => {
    const { step, start, data, hyper } = training({ features: 33, hidden: 17, latent: 5 }, 8)
    const compiled = compileWith(await wasmEngine())(step, { donate: residentParts })
    let state = start()
    const go = (steps: number): void => {
      for (let i = 0; i < steps; i++) state = compiled(state, data, hyper).state
    }
    // The first thousand warm the compiler and the garbage collector up.
    go(1000)
    const before = process.memoryUsage()
    go(1000)
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 20)
    expect(after.external - before.external).toBeLessThan(2 ** 20)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(16 * 2 ** 20)
    expect(item(compiled(state, data, hyper).loss)).toBeLessThan(100)
  })
})
