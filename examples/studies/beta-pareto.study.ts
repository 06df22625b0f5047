/*
 * What β buys: VAEs with one hidden layer on the Gaussian mixture of the exercises, whose density is known, with β from
 * 0.01 to 5. `npm run study beta-pareto` writes the page.
 */
import * as Plot from '@observablehq/plot'
import { meanSquaredError, meanTerms } from '@vae/metrics'
import { gaussian, gaussianEncoder, mlp, vae } from '@vae/models'
import { type Key, key, squeeze, tanh, tensor } from '@vae/tensor'
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
  shannonRate,
  train,
} from './mixture.ts'
import { type IllustratedPage, type Report, spread, spreadOf, table } from './report.ts'
import { trained } from './training.ts'

const epochs = 30
const betas: readonly number[] = [0.01, 0.1, 1, 5]
const seeds: readonly number[] = [0, 1, 2, 3, 4]

const activation = { activation: tanh }
const model = vae({
  encoder: gaussianEncoder(mlp([features], [hidden], activation), latent),
  decoder: mlp([latent], [hidden], [features], activation),
  likelihood: gaussian(1),
})
type Params = ReturnType<typeof model.init>['params']

/** What a run ends with on held-out data. */
interface Run {
  readonly beta: number
  /** Squared error of a feature, decoded from a sample of the posterior. */
  readonly error: number
  /** Squared error of a feature, decoded from the mean of the posterior. */
  readonly errorAtMean: number
  /** KL(q(z | x) ‖ p(z)) in nats. */
  readonly kl: number
}

const judged = (params: Params, _: object, { examples: x }: Rows, noise: Key) => {
  const posterior = model.posterior(params)(x)
  const samples = posterior.sample(noise, 1)
  return {
    error: meanSquaredError(x, model.generate(params)(squeeze(samples.z, [0]))),
    errorAtMean: meanSquaredError(x, model.reconstruct(params)(x)),
    kl: model.divergence(params)(posterior, samples).kl,
  }
}

/** What a run costs and what it is worth. */
type Point = Pick<Run, 'error' | 'kl'>

/** Whether no other run has both a smaller error and a smaller KL. */
const onFront = (run: Point, runs: readonly Point[]): boolean =>
  !runs.some(({ error, kl }) => error < run.error && kl < run.kl)

/** The point farthest below the line from the first to the last, in axes that both run from 0 to 1. */
const kneeOf = <P extends Point>(points: readonly P[]): P => {
  const [first, last] = [points[0]!, points.at(-1)!]
  const below = ({ error, kl }: P): number =>
    (last.error - error) / (last.error - first.error) - (kl - last.kl) / (first.kl - last.kl)
  return points.reduce((a, b) => (below(b) > below(a) ? b : a))
}

/** The points of error and rate that no model can pass. */
const limit = (nats: number) =>
  Array.from({ length: 100 }, (_, index) => (index * 7) / 99).map((kl) => ({
    kl,
    error: shannonError(nats, kl),
  }))

const picture = (runs: readonly Run[], nats: number): string => {
  const colourOf = (beta: number): string => colours[betas.indexOf(beta)]!
  const labels = betas.map((beta) => {
    const of = runs.filter((run) => run.beta === beta)
    return {
      beta,
      kl: spreadOf(of.map(({ kl }) => kl)).mean,
      error: Math.max(...of.map(({ error }) => error)),
    }
  })
  const front = runs.filter((run) => onFront(run, runs)).sort((a, b) => a.kl - b.kl)
  return chart('Squared error against KL of all runs, with the front and the lower bound', {
    x: { label: 'KL, nats', grid: true, nice: true, labelAnchor: 'center', labelArrow: 'none' },
    y: { label: 'squared error of a feature', grid: true, zero: true, labelArrow: 'none' },
    marks: [
      Plot.line(limit(nats), { x: 'kl', y: 'error', stroke: 'currentColor', strokeDasharray: '5 4' }),
      Plot.text(limit(nats).slice(45, 46), {
        x: 'kl',
        y: 'error',
        text: () => 'Shannon’s lower bound',
        textAnchor: 'end',
        dx: -8,
        dy: 10,
      }),
      Plot.line(front, { x: 'kl', y: 'error', stroke: 'currentColor', strokeOpacity: 0.5 }),
      Plot.dot(runs, {
        x: 'kl',
        y: 'error',
        stroke: ({ beta }) => colourOf(beta),
        fill: (run) => (onFront(run, runs) ? colourOf(run.beta) : 'none'),
        strokeWidth: 2,
        r: 3.5,
      }),
      Plot.text(labels, {
        x: 'kl',
        y: 'error',
        text: ({ beta }) => `β = ${beta}`,
        fill: ({ beta }) => colourOf(beta),
        textAnchor: 'start',
        dx: 8,
        dy: -10,
        fontWeight: 'bold',
      }),
    ],
  })
}

/** Trains with each β and several seeds, and gives the page that compares them. */
export const study = async (report: Report): Promise<IllustratedPage> => {
  const engine = await wasmEngine()
  const h = entropy(engine)
  const evaluator = meanTerms(engine, judged)
  const runs: Run[] = []
  for (const beta of betas)
    for (const seed of seeds) {
      const trainedModel = await trained({
        engine,
        data: train,
        init: model.init,
        objective: model.objective,
        hyper: () => ({ beta: tensor([], [beta]) }),
        epochs,
        seed,
      })
      const { error, errorAtMean, kl } = await evaluator.run(trainedModel, heldOut(), key(1))
      runs.push({ beta, error: error.mean, errorAtMean: errorAtMean.mean, kl: kl.mean })
      report.line(`β = ${beta}, seed ${seed}: error ${error.mean.toFixed(4)}, KL ${kl.mean.toFixed(3)}`)
    }
  evaluator.close()

  const rows = betas.map((beta) => {
    const of = runs.filter((run) => run.beta === beta)
    const excess = of.map(({ error, kl }) => kl - shannonRate(h.mean, error))
    return {
      beta,
      error: spreadOf(of.map(({ error }) => error)).mean,
      kl: spreadOf(of.map(({ kl }) => kl)).mean,
      excess: spreadOf(excess).mean,
      onFront: of.filter((run) => onFront(run, runs)).length,
      cells: [
        `${beta}`,
        spread(
          of.map(({ error }) => error),
          4,
        ),
        spread(
          of.map(({ errorAtMean }) => errorAtMean),
          4,
        ),
        spread(
          of.map(({ kl }) => kl),
          3,
        ),
        `${of.filter((run) => onFront(run, runs)).length} of ${of.length}`,
        spread(excess, 3),
      ],
    }
  })
  const nearest = rows.reduce((a, b) => (b.excess < a.excess ? b : a))
  const knee = kneeOf(rows)
  const undominated = rows.filter((row) => onFront(row, rows)).map(({ beta }) => beta)
  const results = table(
    [
      'β',
      'squared error',
      'at the posterior mean',
      'KL, nats',
      'runs on the front',
      'above Shannon’s bound, nats',
    ],
    rows.map(({ cells }) => cells),
  )
  return {
    page: `# What β buys: reconstruction against KL

VAEs with one hidden layer of ${hidden} tanh units in encoder and decoder and ${latent} latent dimensions, on ${examples.toLocaleString('en')} draws of the
mixture of two Gaussians in ${features} dimensions of the exercises, for ${epochs} epochs of Adam with ${seeds.length} seeds each. The likelihood is a
Gaussian with σ = 1, so the loss is ½ of the squared error, summed over features, plus β · KL. All numbers are of
${examples.toLocaleString('en')} held-out draws; ± is the standard deviation between seeds.

\`npm run study beta-pareto\` writes this page.

${results}

The squared error is that of a feature, decoded from a sample of the posterior, as the loss pays for it; beside it, that of
decoding the posterior mean. A run is on the front if no other of the ${runs.length} runs has both a smaller error and a smaller KL.

![Squared error against KL of all runs, with the front and the lower bound](beta-pareto.svg)

Filled points are on the front, which the solid line joins.

## Which β is best

- **By dominance**, ${
      undominated.length === betas.length
        ? 'none is: of the means over seeds, no β has both a smaller error and a smaller KL than another. Each β answers another question'
        : `those that no other dominates in the means over seeds: β = ${undominated.join(', ')}`
    }.
- **By the knee** of the front, β = ${knee.beta}: with both axes scaled to run from 0 to 1 over the four means, it lies farthest below
  the line that joins the first and the last.
- **By the distance from what is possible**, β = ${nearest.beta}. The density of the mixture is known, and with it the entropy
  h(x) = −E[log p(x)], here ${h.mean.toFixed(3)} ± ${h.standardError.toFixed(3)} nats. Shannon's lower bound of the rate at a squared error D of each of F features
  is h(x) − ½ F log 2πe D, and the KL of a VAE is on average no less than the information that z carries of x. The last
  column is how far the KL is above the bound: ${nearest.excess.toFixed(3)} nats at best. It is also how much worse than the true density
  the evidence lower bound of that model is, once σ² is set to its D.

Each β is the optimum for another noise: divided by β, the loss is the negative evidence lower bound with σ² = β, up to a
constant.
`,
    pictures: { 'beta-pareto.svg': picture(runs, h.mean) },
  }
}
