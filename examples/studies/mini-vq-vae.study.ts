/*
 * A VQ-VAE of 32 codes on the Gaussian mixture of the exercises: its error beside that of the VAE, how its codebook
 * collapses, and what keeps it in use. `npm run study mini-vq-vae` writes the page.
 */
import * as Plot from '@observablehq/plot'
import { compileWith, type Engine } from '@vae/autograd'
import { firstExamples } from '@vae/data'
import { type CodebookUse, codebookUse, countCodes, meanSquaredError, meanTerms, noCodes } from '@vae/metrics'
import {
  gaussian,
  gaussianEncoder,
  kMeans,
  mlp,
  nearestCode,
  type Quantizer,
  type VqVae,
  vae,
  vectorQuantizer,
  vqVae,
} from '@vae/models'
import { embed, type Key, key, ones, squeeze, type Tensor, type Tree, tanh, tensor } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { chart, colours } from './chart.ts'
import {
  entropy,
  examples,
  features,
  heldOut,
  hidden,
  latent,
  type Rows,
  shannonError,
  test,
  train,
} from './mixture.ts'
import { type IllustratedPage, type Report, spread, spreadOf, table } from './report.ts'
import { trained } from './training.ts'

const [codes, width, epochs] = [32, 32, 20] as const
const seeds: readonly number[] = [0, 1, 2]
const betas: readonly number[] = [0.1, 1]

const scalar = (value: number): Tensor<[]> => tensor([], [value])

const activation = { activation: tanh }
const decoderOf = <Z extends number>(size: Z) => mlp([size], [hidden], [features], activation)
const likelihood = gaussian(1)

const continuous = vae({
  encoder: gaussianEncoder(mlp([features], [hidden], activation), latent),
  decoder: decoderOf(latent),
  likelihood,
})

const modelWith = <Kind extends string, QP, Q, Loss extends string>(
  quantizer: Quantizer<Kind, typeof width, QP, Q, Loss>,
) =>
  vqVae({
    encoder: mlp([features], [hidden], [width], activation),
    quantizer,
    decoder: decoderOf(width),
    likelihood,
  })

/** What a run ends with on held-out data. */
interface Outcome {
  /** Squared error of a feature. */
  readonly error: number
  /** The rate in nats: the KL of a VAE, the entropy of the chosen codes of a quantizer. */
  readonly rate: number
  /** How the codes are used, where there are codes: after each epoch, the last at the end. */
  readonly use?: readonly CodebookUse[]
}

const runContinuous = async (engine: Engine, beta: number, seed: number): Promise<Outcome> => {
  const model = await trained({
    engine,
    data: train,
    init: continuous.init,
    objective: continuous.objective,
    hyper: () => ({ beta: scalar(beta) }),
    epochs,
    seed,
  })
  const evaluator = meanTerms(
    engine,
    (p: typeof model.params, _: object, { examples: x }: Rows, noise: Key) => {
      const posterior = continuous.posterior(p)(x)
      const samples = posterior.sample(noise, 1)
      return {
        error: meanSquaredError(x, continuous.generate(p)(squeeze(samples.z, [0]))),
        kl: continuous.divergence(p)(posterior, samples).kl,
      }
    },
  )
  const { error, kl } = await evaluator.run(model, heldOut(), key(1))
  evaluator.close()
  return { error: error.mean, rate: kl.mean }
}

const runQuantized = async <P extends Tree<P>, Q, Loss extends string>(
  engine: Engine,
  model: VqVae<[typeof features], [], [typeof features], P, Q, Loss>,
  { seed, fit }: { readonly seed: number; readonly fit: boolean },
): Promise<Outcome> => {
  /** The codebook of the first 1,000 draws instead of noise. */
  const start = (from: Key) => {
    const { params, state } = model.init(from)
    if (!fit) return { params, state }
    const batch = { examples: firstExamples(1000)(train), weights: ones([1000]) }
    return compileWith(engine)((p: P, s: Q, b: Rows) => model.fit(p, s)(b, from))(params, state, batch)
  }
  const indices = compileWith(engine)((p: P, s: Q, { examples: x }: Rows) => model.encode(p, s)(x))
  const counted = (params: P, state: Q): Float64Array => {
    let counts = noCodes(codes)
    for (const batch of heldOut()) counts = countCodes(counts, indices(params, state, batch), batch.weights)
    return counts
  }
  const epochsOfUse: CodebookUse[] = []
  const learned = await trained({
    engine,
    data: train,
    init: start,
    objective: model.objective,
    hyper: () => ({ commitment: scalar(0.25) }),
    epochs,
    seed,
    each: async (_, { params, state }) => {
      epochsOfUse.push(codebookUse(counted(params, state)))
    },
  })
  const errors = meanTerms(engine, (p: P, s: Q, { examples: x }: Rows) => ({
    error: meanSquaredError(x, model.reconstruct(p, s)(x)),
  }))
  const { error } = await errors.run(learned, heldOut(), key(0))
  errors.close()
  indices.close()
  return { error: error.mean, rate: Math.log(epochsOfUse.at(-1)!.perplexity), use: epochsOfUse }
}

/** Lloyd's algorithm on the data itself: about the best that 32 points can do, whatever the networks. */
const runLloyd = (engine: Engine, seed: number): Outcome => {
  const lloyd = compileWith(engine)(
    (x: Tensor<[typeof examples, typeof features]>, held: typeof x, from: Key) => {
      const { centers } = kMeans(codes, { iterations: 50 })({ x, weights: ones([examples]) }, from)
      const indices = nearestCode(centers, held)
      return { indices, squared: meanSquaredError(held, embed(centers, indices)) }
    },
  )
  const rows = (dataset: typeof train) => tensor([examples, features], firstExamples(examples)(dataset).data)
  const { indices, squared } = lloyd(rows(train), rows(test), key(seed))
  lloyd.close()
  const use = codebookUse(countCodes(noCodes(codes), indices))
  const error = squared.data.reduce((sum, value) => sum + value, 0) / examples
  return { error, rate: Math.log(use.perplexity), use: [use] }
}

const averages = { learning: 'ema', decay: 0.99 } as const
const restart = { threshold: 0.03 } as const
const none = 'VQ-VAE, codebook by gradients'
const all = 'VQ-VAE, averages, restarts and k-means'

const nameOf = (beta: number): string => `VAE, β = ${beta}`

/** What each row of the table is, from worst to best as one would guess. */
const runs: Readonly<Record<string, (engine: Engine, seed: number) => Promise<Outcome> | Outcome>> = {
  [none]: (engine, seed) =>
    runQuantized(engine, modelWith(vectorQuantizer(width, codes, { learning: 'gradient' })), {
      seed,
      fit: false,
    }),
  'VQ-VAE, averages (EMA)': (engine, seed) =>
    runQuantized(engine, modelWith(vectorQuantizer(width, codes, averages)), { seed, fit: false }),
  'VQ-VAE, averages and restarts': (engine, seed) =>
    runQuantized(engine, modelWith(vectorQuantizer(width, codes, { ...averages, restart })), {
      seed,
      fit: false,
    }),
  'VQ-VAE, by gradients from k-means': (engine, seed) =>
    runQuantized(engine, modelWith(vectorQuantizer(width, codes, { learning: 'gradient' })), {
      seed,
      fit: true,
    }),
  [all]: (engine, seed) =>
    runQuantized(engine, modelWith(vectorQuantizer(width, codes, { ...averages, restart })), {
      seed,
      fit: true,
    }),
  'k-means on the data itself': runLloyd,
  ...Object.fromEntries(
    betas.map((beta) => [nameOf(beta), (engine: Engine, seed: number) => runContinuous(engine, beta, seed)]),
  ),
}

const pictureOfUse = (found: Found): string => {
  const names = [none, 'VQ-VAE, averages (EMA)', all]
  const points = names.flatMap((name, index) =>
    Array.from({ length: epochs }, (_, epoch) => ({
      name,
      epoch: epoch + 1,
      perplexity: spreadOf(found[name]!.map(({ use }) => use![epoch]!.perplexity)).mean,
      color: colours[index]!,
    })),
  )
  const labels = points.filter(({ epoch }) => epoch === epochs)
  return chart('Perplexity of the codebook after each epoch, without and with cures', {
    marginRight: 290,
    x: { label: 'epoch', labelAnchor: 'center', labelArrow: 'none', tickFormat: 'd' },
    y: { label: `perplexity of ${codes} codes`, grid: true, domain: [0, codes], labelArrow: 'none' },
    marks: [
      Plot.line(points, { x: 'epoch', y: 'perplexity', z: 'name', stroke: 'color', strokeWidth: 2 }),
      Plot.dot(points, { x: 'epoch', y: 'perplexity', fill: 'color', r: 3 }),
      Plot.text(labels, {
        x: 'epoch',
        y: 'perplexity',
        text: ({ name }) => name.replace('VQ-VAE, ', ''),
        fill: 'color',
        fontWeight: 'bold',
        textAnchor: 'start',
        dx: 10,
      }),
    ],
  })
}

/** The outcome of each seed, by name of the run. */
type Found = Readonly<Record<string, readonly Outcome[]>>

/** Trains each model, and gives the page that compares them. */
export const study = async (report: Report): Promise<IllustratedPage> => {
  const engine = await wasmEngine()
  const nats = entropy(engine).mean
  const found: Record<string, readonly Outcome[]> = {}
  const errorOf = (name: string): number => spreadOf(found[name]!.map(({ error }) => error)).mean
  const firstUsesOf = (name: string) => found[name]!.flatMap(({ use }) => use?.[0] ?? [])
  const usesOf = (name: string) => found[name]!.flatMap(({ use }) => use?.at(-1) ?? [])
  for (const [name, run] of Object.entries(runs)) {
    const outcomes: Outcome[] = []
    for (const seed of seeds) outcomes.push(await run(engine, seed))
    found[name] = outcomes
    report.line(`${name}: squared error ${errorOf(name).toFixed(4)}`)
  }
  const rows = Object.entries(found).map(([name, outcomes]) => {
    const uses = usesOf(name)
    return [
      name,
      spread(
        outcomes.map(({ error }) => error),
        4,
      ),
      spread(
        outcomes.map(({ rate }) => rate),
        2,
      ),
      spreadOf(outcomes.map(({ rate }) => shannonError(nats, rate))).mean.toFixed(4),
      name.startsWith('VQ-VAE')
        ? firstUsesOf(name)
            .map(({ used }) => used)
            .join(', ')
        : '',
      uses.map(({ used }) => used).join(', '),
      uses.map(({ perplexity }) => perplexity.toFixed(1)).join(', '),
    ]
  })
  const quantized = Object.keys(runs).filter((name) => name.startsWith('VQ-VAE'))
  const cured = quantized.filter((name) => usesOf(name).every(({ used }) => used === codes))
  const continuousNames = betas.map(nameOf)
  const best = quantized.reduce((a, b) => (errorOf(b) < errorOf(a) ? b : a))
  const mostPrecise = continuousNames.reduce((a, b) => (errorOf(b) < errorOf(a) ? b : a))
  return {
    page: `# A VQ-VAE of ${codes} codes

The mixture of two Gaussians in ${features} dimensions of the exercises, each draw in one of ${codes} codes: a VQ-VAE whose encoder and
decoder have one hidden layer of ${hidden} tanh units, and whose codes are vectors of ${width} numbers. It learns from ${examples.toLocaleString('en')} draws in
${epochs} epochs of Adam, the commitment weighing 0.25; the VAEs have ${latent} latent dimensions and the same hidden layers. All numbers
are of ${examples.toLocaleString('en')} held-out draws, of ${seeds.length} seeds; ± is the standard deviation between seeds.

\`npm run study mini-vq-vae\` writes this page.

${table(['model', 'squared error', 'rate, nats', 'least error at this rate', 'codes used after epoch 1', 'at the end', 'perplexity'], rows)}

The squared error is that of a feature; a VAE decodes a sample of the posterior. The rate is the KL of a VAE, and the
entropy of the chosen codes of a VQ-VAE, at most log ${codes} = ${Math.log(codes).toFixed(2)}. At a rate R no code whatever has a smaller squared error than
e^(2 (h − R) / F) / 2πe (Shannon's lower bound), where the entropy h of the mixture is known: ${nats.toFixed(2)} nats. k-means puts ${codes}
points into the data itself: what a codebook can do without networks in between.

![Perplexity of the codebook after each epoch, without and with cures](mini-vq-vae.svg)

The chart has the mean over seeds.

- **Collapse**: after the first epoch a codebook that learns by gradients from noise uses ${firstUsesOf(none)
      .map(({ used }) => used)
      .join(', ')} of its ${codes} codes, as
  unevenly as ${spreadOf(firstUsesOf(none).map(({ perplexity }) => perplexity)).mean.toFixed(1)} codes that are used alike. The loss moves the codes that are chosen and no others, so that the
  perplexity is still ${spreadOf(usesOf(none).map(({ perplexity }) => perplexity)).mean.toFixed(1)} after ${epochs} epochs.
- **Cured**: ${cured.length === 0 ? 'by nothing alone' : `with every seed every code is used at the end by ${cured.map((name) => name.replace('VQ-VAE, ', '')).join('; ')}`}.
- **Against the VAE**: the best VQ-VAE (${best.replace('VQ-VAE, ', '')}) has a squared error of ${errorOf(best).toFixed(4)}, and the more precise VAE
  (${mostPrecise.replace('VAE, ', '')}) one of ${errorOf(mostPrecise).toFixed(4)}, at rates of ${spreadOf(found[best]!.map(({ rate }) => rate)).mean.toFixed(2)} and ${spreadOf(
    found[mostPrecise]!.map(({ rate }) => rate),
  ).mean.toFixed(2)} nats.
`,
    pictures: { 'mini-vq-vae.svg': pictureOfUse(found) },
  }
}
