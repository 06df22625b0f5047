import { compileWith, type Engine, referenceEngine } from '@vae/autograd'
import {
  type Batch,
  bernoulli,
  type DiscriminatorParams,
  discriminator,
  factorVae,
  gaussianEncoder,
  mlp,
} from '@vae/models'
import { item, type Key, leaves, type Tensor, tensor } from '@vae/tensor'
import { adam, adversarialStep, optimizersOfPlayers, residentParts, startOf } from '@vae/train'
import { wasmEngine } from '@vae/wasm'
import { expect, it } from 'vitest'

const [size, features] = [24, 20] as const

const vae = factorVae({
  encoder: gaussianEncoder(mlp([features], [16]), 3),
  decoder: mlp([3], [16], [features]),
  likelihood: bernoulli,
  discriminator: discriminator({ latent: 3, hidden: 12, layers: 3 }),
})
type Model = ReturnType<typeof vae.init>['params']['model']
type Judge = DiscriminatorParams<3, 12>
type Data = Batch<typeof size, [typeof features]>
type Hyper = Record<'learningRate' | 'discriminatorLearningRate' | 'gamma', Tensor<[]>>

const optimizers = { model: adam<Model>(), discriminator: adam<Judge>({ b1: 0.5, b2: 0.9 }) }

const batch: Data = {
  examples: tensor(
    [size, features],
    Uint8Array.from({ length: size * features }, (_, i) => (i * i * 31 + i * 7) % 256),
    'u8',
  ),
  weights: tensor(
    [size],
    Array.from({ length: size }, (_, i) => (i < 20 ? 1 : 0)),
  ),
}

const run = (engine: Engine, steps: number) => {
  const step = adversarialStep(
    {
      model: (hyper: Hyper) => vae.objectives.model(hyper),
      discriminator: (hyper: Hyper) => vae.objectives.discriminator(hyper),
    },
    optimizers,
  )
  const compiled = compileWith(engine)(step, { donate: residentParts })
  const hyper = {
    learningRate: tensor([], [1e-2]),
    discriminatorLearningRate: tensor([], [1e-2]),
    gamma: tensor([], [6]),
  }
  let state = startOf(5, (key: Key) => vae.init(key), optimizersOfPlayers(optimizers)).training
  const losses: number[] = []
  for (let i = 0; i < steps; i++) {
    const result = compiled(state, batch, hyper)
    losses.push(item(result.loss), item(result.terms.discriminatorLoss!))
    state = result.state
  }
  return { losses, parameters: leaves(state.params).map(({ tensor: x }) => x.data.slice()) }
}

it('trains two players in one program of the engine, with the numbers of the reference', async () => {
  const [expected, actual] = [run(referenceEngine, 20), run(await wasmEngine(), 20)]
  actual.losses.forEach((loss, i) => {
    expect(Math.abs(loss - expected.losses[i]!)).toBeLessThan(1e-5 * (1 + Math.abs(expected.losses[i]!)))
  })
  // Two losses of each step: the model's falls, and the discriminator's is not far from log 2.
  expect(actual.losses.at(-2)).toBeLessThan(actual.losses[0]!)
  expect(Math.abs(actual.losses.at(-1)! - Math.LN2)).toBeLessThan(0.3)
  // What is rounded differently in 20 steps, with Adam's division by roots of small numbers.
  actual.parameters.forEach((data, leaf) => {
    data.forEach((value, i) => {
      expect(Math.abs(value - expected.parameters[leaf]![i]!)).toBeLessThan(1e-4)
    })
  })
})
