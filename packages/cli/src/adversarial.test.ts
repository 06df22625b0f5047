import { compileWith, type Engine, referenceEngine } from '@vae/autograd'
import {
  type Batch,
  bernoulliLogLikelihood,
  type DiscriminatorParams,
  discriminator,
  discriminatorCrossEntropy,
  discriminatorLoss,
  intensities,
  klToStandardNormal,
  logDensityRatio,
  type MlpVaeParams,
  mlpVae,
  type NoState,
  permuteDimensions,
  sampleGaussian,
  sumOverLatents,
  weightedMean,
} from '@vae/models'
import { add, item, type Key, leaves, mul, neg, split, type Tensor, tensor } from '@vae/tensor'
import {
  type AdversarialObjectives,
  adam,
  adversarialStep,
  optimizersOfPlayers,
  residentParts,
  startOf,
} from '@vae/train'
import { wasmEngine } from '@vae/wasm'
import { expect, it } from 'vitest'

const [size, features, latent] = [24, 20, 3] as const
type Model = MlpVaeParams<typeof features, 16, typeof latent>
type Judge = DiscriminatorParams<typeof latent, 12>
type Hyper = Record<'learningRate' | 'discriminatorLearningRate' | 'gamma', Tensor<[]>>
type Data = Batch<typeof size, typeof features>

const vae = mlpVae({ features, hidden: 16, latent })
const judge = discriminator({ latent, hidden: 12, layers: 3 })

/** FactorVAE in small: Kim & Mnih (2018), algorithm 2, with both batches the same. */
const objectives: AdversarialObjectives<
  Model,
  Judge,
  NoState,
  Data,
  Hyper,
  {
    readonly joint: Tensor<[typeof size, typeof latent]>
    readonly product: Tensor<[typeof size, typeof latent]>
  }
> = {
  model:
    ({ gamma }) =>
    (params, opponent, state, { images, weights }, key) => {
      const [forSample, forOrder] = split(key)
      const x = intensities(images)
      const posterior = vae.encode(params)(x)
      const z = sampleGaussian(posterior, forSample)
      const reconstruction = neg(bernoulliLogLikelihood(vae.decode(params)(z), x))
      const kl = sumOverLatents(klToStandardNormal(posterior))
      const totalCorrelation = logDensityRatio(judge.apply(opponent)(z))
      const loss = weightedMean(add(add(reconstruction, kl), mul(totalCorrelation, gamma)), weights)
      return {
        loss,
        terms: { reconstruction, kl, totalCorrelation },
        state,
        shared: { joint: z, product: permuteDimensions(z, weights, forOrder) },
      }
    },
  discriminator:
    () =>
    (params, { joint, product }, { weights }) => {
      const logits = judge.apply(params)(joint)
      return {
        loss: discriminatorLoss({ logits, weights }, { logits: judge.apply(params)(product), weights }),
        terms: { onJoint: discriminatorCrossEntropy(logits, 'joint') },
      }
    },
}

const optimizers = { model: adam<Model>(), discriminator: adam<Judge>({ b1: 0.5, b2: 0.9 }) }

const init = (key: Key) => {
  const [forModel, forJudge] = split(key)
  const { params: model, state } = vae.init(forModel)
  return { params: { model, discriminator: judge.init(forJudge) }, state }
}

const batch: Data = {
  images: tensor(
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
  const compiled = compileWith(engine)(adversarialStep(objectives, optimizers), { donate: residentParts })
  const hyper = {
    learningRate: tensor([], [1e-2]),
    discriminatorLearningRate: tensor([], [1e-2]),
    gamma: tensor([], [6]),
  }
  let state = startOf(5, init, optimizersOfPlayers(optimizers)).training
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
