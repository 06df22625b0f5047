/*
 * What keeps a codebook in use: a small VQ-VAE with 512 codes on Fashion-MNIST, without cures, with each, and with all; and
 * a residual quantizer against one with as many codes as its stages have together. `npm run study codebook-collapse` writes
 * the page; fashion-mnist.py beside this file trains the same model in PyTorch.
 */
import { compileWith, type Engine } from '@vae/autograd'
import { evaluationBatches, firstExamples } from '@vae/data'
import { type CodebookUse, codebookUse, countCodes, meanTerms, noCodes } from '@vae/metrics'
import {
  type Batch,
  intensities,
  type Quantizer,
  residualDown,
  residualUp,
  squaredError,
  type VqVae,
  vectorQuantizer,
  vqVae,
} from '@vae/models'
import { type Key, key, mean, ones, type Shape, square, sub, type Tensor, tensor } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { images, type Parts } from './digits.ts'
import { type Report, table } from './report.ts'
import { trained } from './training.ts'

const [codes, features, epochs] = [512, 16, 3] as const

type Clothes = Batch<number, [1, 28, 28]>

const scalar = (value: number): Tensor<[]> => tensor([], [value])

/** Parameters and state of any quantizer: the study looks into none of them. */
type Leaves = Readonly<Record<string, Tensor<number[]>>>
type Model = VqVae<[1, 28, 28], number[], [1, 28, 28], Leaves, Leaves, 'commitment'>

/** The networks of the VQ-VAE of van den Oord et al. at half their width, to maps of 7 × 7 vectors. */
const modelWith = <Kind extends string, QP, Q, Loss extends string, Stages extends Shape>(
  quantizer: Quantizer<Kind, typeof features, QP, Q, Loss, Stages>,
): Model =>
  // All quantizers are trained alike, whatever they learn and carry.
  vqVae({
    encoder: residualDown([1, 28, 28], [16, 32], features, { hidden: 16 }),
    quantizer,
    decoder: residualUp([features, 7, 7], [32, 16, 1], { hidden: 16 }),
    likelihood: squaredError,
  }) as unknown as Model

/** What a model makes of the test images: squared error of a pixel, and the use of each codebook. */
interface Outcome {
  readonly error: number
  readonly used: readonly CodebookUse[]
}

/** How a run starts and what it pays for. */
interface Settings {
  readonly kMeans?: boolean
  readonly entropy?: number
}

const run = async (
  engine: Engine,
  { train, test }: Parts<[1, 28, 28]>,
  model: Model,
  { kMeans = false, entropy = 0 }: Settings = {},
): Promise<Outcome> => {
  /** The codebook of 200 training images instead of noise: 9,800 vectors. */
  const start = (seed: Key) => {
    const { params, state } = model.init(seed)
    if (!kMeans) return { params, state }
    const batch: Clothes = { examples: firstExamples(200)(train), weights: ones([200]) }
    return compileWith(engine)((p: Leaves, s: Leaves, b: Clothes) => model.fit(p, s)(b, seed))(
      params,
      state,
      batch,
    )
  }
  const { params, state } = await trained({
    engine,
    data: train,
    init: start,
    objective: model.objective,
    hyper: () => ({ commitment: scalar(0.25), entropy: scalar(entropy) }),
    epochs,
  })
  const errors = meanTerms(engine, (p: Leaves, s: Leaves, { examples }: Clothes) => {
    const x = intensities(examples)
    return { error: mean(square(sub(x, model.reconstruct(p, s)(x))), [1, 2, 3]) }
  })
  const indicesOf = compileWith(engine)((p: Leaves, s: Leaves, { examples }: Clothes) =>
    model.encode(p, s)(intensities(examples)),
  )
  const batches = evaluationBatches(test, 200)
  const { error } = await errors.run({ params, state }, batches, key(0))
  let counts = model.codebooks.map(noCodes)
  for (const batch of batches) {
    const { shape, data } = indicesOf(params, state, batch)
    const stages = counts.length
    counts = counts.map((before, stage) => {
      const ofStage = data.filter((_, index) => index % stages === stage)
      return countCodes(
        before,
        tensor([shape[0]!, ofStage.length / shape[0]!], ofStage, 'i32'),
        batch.weights,
      )
    })
  }
  errors.close()
  indicesOf.close()
  return { error: error.mean, used: counts.map(codebookUse) }
}

const averages = { learning: 'ema', decay: 0.99 } as const
const restart = { threshold: 0.03 } as const

/** What each row of the first table trains. */
const cures = {
  'none: codebook by gradients': (use: Use) =>
    use(modelWith(vectorQuantizer(features, codes, { learning: 'gradient' }))),
  'k-means': (use: Use) =>
    use(modelWith(vectorQuantizer(features, codes, { learning: 'gradient' })), { kMeans: true }),
  'cosine codebook': (use: Use) =>
    use(modelWith(vectorQuantizer(features, codes, { learning: 'gradient', metric: 'cosine' }))),
  'entropy penalty': (use: Use) =>
    use(modelWith(vectorQuantizer(features, codes, { learning: 'gradient', entropy: { temperature: 1 } })), {
      entropy: 0.1,
    }),
  'averages (EMA)': (use: Use) => use(modelWith(vectorQuantizer(features, codes, averages))),
  'averages, rotation trick': (use: Use) =>
    use(modelWith(vectorQuantizer(features, codes, { ...averages, estimator: 'rotation' }))),
  'averages, restarts': (use: Use) =>
    use(modelWith(vectorQuantizer(features, codes, { ...averages, restart }))),
  'averages, restarts, k-means, rotation trick': (use: Use) =>
    use(modelWith(vectorQuantizer(features, codes, { ...averages, restart, estimator: 'rotation' })), {
      kMeans: true,
    }),
}

/** Trains a model. */
type Use = (model: Model, settings?: Settings) => Promise<Outcome>

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const error = (value: number): string => value.toExponential(3)

/** Trains the model with each cure, and gives the page that compares them. */
export const study = async (report: Report): Promise<string> => {
  const engine = await wasmEngine()
  const parts = await images('fashion-mnist')
  const use: Use = (model, settings) => run(engine, parts, model, settings)
  const rows: string[][] = []
  for (const [name, train] of Object.entries(cures)) {
    const { error: value, used } = await train(use)
    const [{ usage, perplexity }] = used as [CodebookUse]
    rows.push([name, percent(usage), perplexity.toFixed(0), error(value)])
    report.line(rows.at(-1)!.join(' | '))
  }
  return table(['cures', 'codes used', 'perplexity', 'squared error of a pixel'], rows)
}
