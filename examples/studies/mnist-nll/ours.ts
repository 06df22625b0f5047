import type { Engine } from '@vae/autograd'
import { type Dataset, datasetStatistics, evaluationBatches, exampleCount } from '@vae/data'
import { type ImportanceSampler, importanceSampledNll } from '@vae/metrics'
import {
  type Batch,
  bernoulli,
  binarised,
  type DiagonalGaussian,
  gaussianEncoder,
  gaussianPosterior,
  glorotUniform,
  importanceWeighted,
  mlp,
  vae,
  valuesOf,
} from '@vae/models'
import {
  add,
  type Key,
  key,
  mapTree,
  ones,
  relu,
  split,
  sub,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '@vae/tensor'
import type { Parts } from '../digits.ts'
import type { Report } from '../report.ts'
import { trained } from '../training.ts'
import { epochsOf, type Recipe, rateOf } from './recipes.ts'
import type { Result } from './result.ts'

const pixels = 784
type Pixels = [typeof pixels]
type Digits = Batch<number, Pixels, 'u8' | 'f32'>

/** Importance samples of each test image, of which as many are computed at once. */
const chunk = 50

const activations = { tanh, relu }

/** The model of a recipe with its objective, whichever bound that is. */
const modelOf = ({ hidden, activation: name, latent, samples }: Recipe) => {
  const activation = activations[name]
  const parts = {
    encoder: gaussianEncoder(mlp([pixels], [...hidden], { activation }), latent),
    decoder: mlp([latent], [...hidden].reverse(), [pixels], { activation }),
    likelihood: bernoulli,
  }
  if (samples > 0) return importanceWeighted(parts, { kind: 'iwae', samples })
  const model = vae(parts)
  return { ...model, objective: () => model.objective({ beta: ones([]) }) }
}
type Model = ReturnType<typeof modelOf>

/** The loss alone: the terms of the two bounds have other names. */
const lossOf =
  (objective: ReturnType<Model['objective']>) =>
  (params: Params, state: Readonly<Record<never, never>>, batch: Digits, key: Key) => ({
    ...objective(params, state, batch, key),
    terms: {},
  })

type Params = ReturnType<Model['init']>['params']

/** Weights by Glorot and biases 0, but for those of the output, where the mean image is what no latent tells. */
const withGlorot = (params: Params, from: Key, mean: Tensor<Pixels>): Params => {
  let rest = from
  const drawn = mapTree(({ shape }) => {
    const [now, next] = split(rest)
    rest = next
    const [inputs, outputs] = shape
    return outputs === undefined
      ? zeros([...shape])
      : glorotUniform(now, [inputs!, outputs], { fanIn: inputs!, fanOut: outputs })
  }, params)
  const output = drawn.decoder.at(-1)!
  // As Burda et al.: pixels that are never white would have −∞.
  const logits = mean.data.map((value) => {
    const p = Math.min(Math.max(value / 255, 0.001), 0.999)
    return Math.log(p / (1 - p))
  })
  return { ...drawn, decoder: [...drawn.decoder.slice(0, -1), { ...output, bias: tensor([pixels], logits) }] }
}

/** A function of a batch and a key that sees the pixels drawn anew each time. */
const dynamic =
  <P, S, R>(of: (params: P, state: S, batch: Digits, key: Key) => R) =>
  (params: P, state: S, batch: Digits, key: Key): R => {
    const [forPixels, rest] = split(key)
    return of(params, state, { ...batch, examples: binarised(valuesOf(batch.examples), forPixels) }, rest)
  }

const importanceOf = (model: Model): ImportanceSampler<Params, Digits, DiagonalGaussian<number, number>> => ({
  encode: (params, { examples }) => model.encode(params)(valuesOf(examples)),
  logWeights: (params, { examples }, posterior, noise) => {
    const { z, logDensity } = gaussianPosterior(posterior).sample(noise, chunk)
    const joint = add(model.logLikelihood(params)(valuesOf(examples), z), model.logPrior(params)(z))
    return sub(joint, logDensity)
  },
})

/** What a run needs beside its recipe. The training images are grey where the recipe draws pixels anew. */
export interface Setting {
  readonly engine: Engine
  readonly data: Parts<Pixels>
  readonly report: Report
  readonly name: string
  readonly checkpoint: string
  /** Importance samples of each test image. */
  readonly samples: number
}

/** Trains a recipe with this library and estimates the negative log-likelihood of the test images. */
export const oursOf = async (recipe: Recipe, setting: Setting): Promise<Result> => {
  const { engine, data, report, name, checkpoint, samples } = setting
  const model = modelOf(recipe)
  const objective = lossOf(model.objective({}))
  const epochs = epochsOf(recipe)
  const stepsPerEpoch = Math.floor(exampleCount(data.train) / recipe.batch)
  let started = performance.now()
  let bound = Number.NaN
  const seconds: number[] = []
  const { params } = await trained({
    engine,
    data: data.train as Dataset<Pixels>,
    init: (from) => {
      const { params, state } = model.init(from)
      if (!recipe.glorot) return { params, state }
      return { params: withGlorot(params, from, datasetStatistics(data.train).mean), state }
    },
    objective: () => (recipe.binarisation === 'dynamic' ? dynamic(objective) : objective),
    hyper: () => ({}),
    epochs,
    batch: recipe.batch,
    learningRate: (step) => rateOf(recipe, Math.ceil(step / stepsPerEpoch)),
    optimizer: recipe.adam,
    seed: 0,
    checkpoint,
    each: async (epoch, _, loss) => {
      bound = loss
      seconds.push((performance.now() - started) / 1000)
      started = performance.now()
      report.line(
        `${name}: epoch ${epoch} of ${epochs}, −bound ${loss.toFixed(2)} nats, ${seconds.at(-1)!.toFixed(1)} s`,
      )
    },
  })
  const nll = importanceSampledNll(engine, importanceOf(model))
  const batches = evaluationBatches(data.test, 100)
  started = performance.now()
  let complete = 0
  const found = await nll.run(params, batches, {
    samples,
    key: key(1),
    pause: async (progress) => {
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (progress.batches === complete) return
      complete = progress.batches
      if (complete % 10 === 0) report.line(`${name}: ${complete} of ${batches.count} batches of test images`)
    },
  })
  nll.close()
  return {
    epochs,
    nll: found.nll.mean,
    standardError: found.nll.standardError,
    samples,
    bound,
    secondsPerEpoch: seconds.reduce((sum, value) => sum + value, 0) / seconds.length,
    secondsOfEstimate: (performance.now() - started) / 1000,
  }
}
