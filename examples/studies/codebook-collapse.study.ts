/*
 * What keeps a codebook in use: a small VQ-VAE with 512 codes on Fashion-MNIST, without cures, with each, and with all; and
 * a residual quantizer against one with as many codes as its stages have together. `npm run study codebook-collapse` writes
 * the page; fashion-mnist.py beside this file trains the same model in PyTorch.
 */
import { compileWith, type Engine } from '@vae/autograd'
import { evaluationBatches, firstExamples, take } from '@vae/data'
import { fashionMnistPackageFolder } from '@vae/data/node'
import { type CodebookUse, codebookUse, countCodes, meanTerms, noCodes } from '@vae/metrics'
import {
  type Batch,
  intensities,
  type Quantizer,
  residualDown,
  residualQuantizer,
  residualUp,
  squaredError,
  type VqVae,
  vectorQuantizer,
  vqVae,
} from '@vae/models'
import {
  arange,
  broadcastTo,
  greaterEqual,
  type Key,
  key,
  mean,
  ones,
  type Shape,
  select,
  square,
  sub,
  type Tensor,
  type TensorOf,
  tensor,
} from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { images, type Parts } from './digits.ts'
import { fromPyTorch } from './python.ts'
import { type Report, table } from './report.ts'
import { trained } from './training.ts'

/** 100 steps an epoch: the cures show themselves long before the images have been seen often. */
const [codes, features, trainingImages, epochs] = [512, 16, 12_800, 4] as const

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
  /** With the first of the stages, with two, …, with all. */
  readonly errors: readonly number[]
  readonly used: readonly CodebookUse[]
}

/** The indices without those of the stages after the first few, of which −1 stands for none. */
const firstStages = (
  indices: TensorOf<[number, ...number[]], 'i32'>,
  kept: number,
): TensorOf<[number, ...number[]], 'i32'> => {
  const { shape } = indices
  const stages = broadcastTo(arange(shape.at(-1)!, 'i32'), shape)
  return select(greaterEqual(stages, kept), -1, indices)
}

/** How a run starts and what it pays for. */
interface Settings {
  readonly kMeans?: boolean
  readonly entropy?: number
  readonly epochs?: number
}

const run = async (
  engine: Engine,
  { train, test }: Parts<[1, 28, 28]>,
  model: Model,
  { kMeans = false, entropy = 0, epochs: passes = epochs }: Settings = {},
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
    epochs: passes,
  })
  const stages = model.codebooks.length
  const errors = meanTerms(engine, (p: Leaves, s: Leaves, { examples }: Clothes) => {
    const x = intensities(examples)
    const indices = model.encode(p, s)(x)
    const after = Array.from({ length: stages }, (_, stage) => {
      const y = model.generate(p, s)(stages === 1 ? indices : firstStages(indices, stage + 1))
      return [`stage ${stage + 1}`, mean(square(sub(x, y)), [1, 2, 3])] as const
    })
    return Object.fromEntries(after)
  })
  const indicesOf = compileWith(engine)((p: Leaves, s: Leaves, { examples }: Clothes) =>
    model.encode(p, s)(intensities(examples)),
  )
  const batches = evaluationBatches(test, 200)
  const found = await errors.run({ params, state }, batches, key(0))
  let counts = model.codebooks.map(noCodes)
  for (const batch of batches) {
    const { shape, data } = indicesOf(params, state, batch)
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
  return { errors: Object.values(found).map(({ mean }) => mean), used: counts.map(codebookUse) }
}

const averages = { learning: 'ema', decay: 0.97 } as const
const restart = { threshold: 0.2 } as const

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

const stage = { ...averages, restart } as const

/** Four stages of 256 codes, and one with as many codes as they have together. */
const depths = {
  'one stage of 1,024 codes': modelWith(vectorQuantizer(features, 1024, stage)),
  'four stages of 256 codes': modelWith(residualQuantizer(vectorQuantizer(features, 256, stage), 4)),
  'the same with quantizer dropout': modelWith(
    residualQuantizer(vectorQuantizer(features, 256, stage), 4, { dropout: { minimum: 1 } }),
  ),
}

/** A row of the first table; also what the script in PyTorch prints. */
interface Summary {
  readonly error: number
  readonly usage: number
  readonly perplexity: number
}

const rowOf = (name: string, { error: value, usage, perplexity }: Summary): string[] => [
  name,
  percent(usage),
  perplexity.toFixed(0),
  error(value),
]

const comparison = (ours: number, peer: Summary | null): string =>
  peer === null
    ? 'PyTorch was not installed where this page was written.'
    : `The error of the last row but one is ${(ours / peer.error).toFixed(3)} times that of PyTorch.`

/** Trains the model with each cure, and gives the page that compares them. */
export const study = async (report: Report): Promise<string> => {
  // One thread, so that a study may run beside other work.
  const engine = await wasmEngine({ threads: 1 })
  const { train: all, test } = await images('fashion-mnist')
  const parts = { train: take(trainingImages)(all), test }
  const use: Use = (model, settings) => run(engine, parts, model, settings)
  const rows: string[][] = []
  let last = Number.NaN
  for (const [name, train] of Object.entries(cures)) {
    const { errors, used } = await train(use)
    last = errors.at(-1)!
    rows.push(rowOf(name, { error: last, ...used[0]! }))
    report.line(rows.at(-1)!.join(' | '))
  }
  const peer = await fromPyTorch(
    'codebook_collapse.py',
    fashionMnistPackageFolder,
    `${trainingImages}`,
    `${epochs}`,
  )
  if (peer !== null) rows.push(rowOf('the same as the last, in PyTorch', peer as Summary))
  const stages: string[][] = []
  for (const [name, model] of Object.entries(depths)) {
    const { errors, used } = await use(model, { kMeans: true, epochs: 2 * epochs })
    stages.push([name, errors.map(error).join(', '), used.map(({ usage }) => percent(usage)).join(', ')])
    report.line(stages.at(-1)!.join(' | '))
  }
  return `# Codebook collapse, and what keeps codes in use

A VQ-VAE with the residual networks of van den Oord et al. (2017) at half their width (16 and 32 channels, two blocks; 7 × 7
codes of ${features} features for an image) on the first ${trainingImages.toLocaleString('en')} images of Fashion-MNIST for ${epochs} epochs: squared error,
commitment 0.25, Adam at 1e-3, batches of 128. Below, the use of ${codes} codes over the 10,000 test images, with averages and restarts standing
still. Averages are those of the paper's appendix A.1 with a decay of ${averages.decay}; a code restarts when it gets less than
${percent(restart.threshold)} of the average use; k-means begins with the vectors of 200 training images.

${table(['cures', 'codes used', 'perplexity', 'squared error of a pixel'], rows)}

${comparison(last, peer as Summary | null)}

A residual quantizer has four codes for each position, from codebooks that together are as large as one of 1,024. All have
averages, restarts and k-means, and twice the epochs. Errors are those after the first stage, after two, three and all
four; with quantizer dropout the first of them were trained to make an image too.

${table(['quantizer', 'squared error of a pixel', 'codes used in each stage'], stages)}

\`npm run study codebook-collapse\` writes this page; \`examples/studies/codebook_collapse.py\` is the model in PyTorch.
`
}
