/*
 * The KL in closed form against Monte Carlo: what samples cost in time and in variance. `npm run study kl-estimators` writes
 * the page.
 */
import * as Plot from '@observablehq/plot'
import { compileWith, type Engine, valueAndGrad } from '@vae/autograd'
import { evaluationBatches, firstExamples } from '@vae/data'
import {
  type Batch,
  bernoulli,
  type ElboTerms,
  type Evaluation,
  gaussian,
  gaussianEncoder,
  mlp,
  monteCarloKl,
  type NoState,
  type Vae,
  vae,
  valuesOf,
  weightedMean,
} from '@vae/models'
import {
  add,
  type Key,
  key,
  leaves,
  neg,
  ones,
  type Shape,
  split,
  squeeze,
  type Tensor,
  type Tree,
  tanh,
  tensor,
} from '@vae/tensor'
import { adam, residentParts, startOf, trainingStep } from '@vae/train'
import { wasmEngine } from '@vae/wasm'
import { chart, colours } from './chart.ts'
import { digits } from './digits.ts'
import { features, hidden, latent, train } from './mixture.ts'
import { type IllustratedPage, median, type Report, table } from './report.ts'
import { trained } from './training.ts'

const [batchSize, draws, rounds, epochs] = [128, 400, 150, 20] as const
const counts: readonly number[] = [1, 4, 16, 64]

/** How a loss gets its KL: in closed form, or from so many samples of its own. */
type Estimator = 'closed form' | number

const estimators: readonly Estimator[] = ['closed form', ...counts]

/** The loss of a VAE with β = 1, whose KL is exact or estimated; the reconstruction has one sample, always the same. */
const lossOf =
  <S extends Shape, Z extends number, Out extends Shape, P>(model: Vae<S, Z, Out, P>, estimator: Estimator) =>
  () =>
  <B extends number>(
    params: P,
    state: NoState,
    { examples, weights }: Batch<B, S, 'u8' | 'f32'>,
    noise: Key,
  ): Evaluation<B, NoState, ElboTerms<B>> => {
    const [forReconstruction, forKl] = split(noise)
    const x = valuesOf(examples)
    const posterior = model.posterior(params)(x)
    const samples = posterior.sample(forReconstruction, 1)
    const reconstruction = neg(squeeze(model.logLikelihood(params)(x, samples.z), [0]))
    const klOfSamples = (count: number): Tensor<[B]> => {
      const { z, logDensity } = posterior.sample(forKl, count)
      return monteCarloKl(logDensity, model.logPrior(params)(z))
    }
    const kl =
      estimator === 'closed form' ? model.divergence(params)(posterior, samples).kl : klOfSamples(estimator)
    return {
      loss: weightedMean(add(reconstruction, kl), weights),
      terms: { reconstruction, kl },
      state,
    }
  }

const activation = { activation: tanh }
const small = vae({
  encoder: gaussianEncoder(mlp([features], [hidden], activation), latent),
  decoder: mlp([latent], [hidden], [features], activation),
  likelihood: gaussian(1),
})
const large = vae({
  encoder: gaussianEncoder(mlp([784], [400]), 16),
  decoder: mlp([16], [400], [784]),
  likelihood: bernoulli,
})
type Params = ReturnType<typeof small.init>['params']

/** How much an estimator varies over its noise, on one batch. */
interface Variation {
  /** Of the KL of an example: the root of the mean over examples of the variance, in nats. */
  readonly kl: number
  /** Of the gradient of the loss: the sum of the variances of its elements. */
  readonly gradient: number
  /** The part of it that the KL adds: of the difference to the gradient with the closed form, under the same noise. */
  readonly ofKl: number
}

/** The sum over elements of the variance over rows. */
const totalVariance = (rows: readonly Float32Array[]): number => {
  let sum = 0
  for (let element = 0; element < rows[0]!.length; element++) {
    const mean = rows.reduce((total, row) => total + row[element]!, 0) / rows.length
    sum += rows.reduce((total, row) => total + (row[element]! - mean) ** 2, 0) / (rows.length - 1)
  }
  return sum
}

/** KLs `[B]` and the gradient of all parameters for each draw of the noise. */
const drawsOf = (engine: Engine, params: Params, estimator: Estimator) => {
  const batch = { examples: firstExamples(batchSize)(train), weights: ones([batchSize]) }
  const run = compileWith(engine)((p: Params, b: Batch<number, [typeof features], 'f32'>, noise: Key) => {
    const { grad, terms } = valueAndGrad(lossOf(small, estimator)())(p, {}, b, noise)
    return { grad, kl: terms.kl }
  })
  const found = Array.from({ length: draws }, (_, draw) => {
    const { grad, kl } = run(params, batch, key(draw))
    const gradient = leaves(grad).flatMap(({ tensor: { data } }) => [...data].map(Number))
    return { kl: Float32Array.from(kl.data), gradient: Float32Array.from(gradient) }
  })
  run.close()
  return found
}

/** How each estimator varies, that in closed form first. */
const variationsOf = (engine: Engine, params: Params): readonly Variation[] => {
  const closed = drawsOf(engine, params, 'closed form')
  return estimators.map((estimator) => {
    const found = estimator === 'closed form' ? closed : drawsOf(engine, params, estimator)
    return {
      kl: Math.sqrt(totalVariance(found.map(({ kl }) => kl)) / batchSize),
      gradient: totalVariance(found.map(({ gradient }) => gradient)),
      ofKl: totalVariance(
        found.map(({ gradient }, draw) => gradient.map((value, i) => value - closed[draw]!.gradient[i]!)),
      ),
    }
  })
}

/** The milliseconds of a training step with each estimator, one after the other in each round. */
const stepTimes = <S extends Shape, Z extends number, Out extends Shape, P extends Tree<P>>(
  engine: Engine,
  model: Vae<S, Z, Out, P>,
  batch: Batch<number, S, 'u8' | 'f32'>,
): readonly (readonly number[])[] => {
  const hyper = { learningRate: tensor([], [1e-3]) }
  const optimizer = adam<P>()
  const steps = estimators.map((estimator) => {
    const step = compileWith(engine)(trainingStep(lossOf(model, estimator), optimizer), {
      donate: residentParts,
    })
    let { training } = startOf(0, model.init, optimizer)
    const run = () => {
      const before = performance.now()
      training = step(training, batch, hyper).state
      return performance.now() - before
    }
    return { run, close: step.close }
  })
  // The first calls compile.
  for (let warm = 0; warm < 3; warm++) for (const { run } of steps) run()
  const times = Array.from({ length: rounds }, () => steps.map(({ run }) => run()))
  for (const { close } of steps) close()
  return times
}

const nameOf = (estimator: Estimator): string =>
  estimator === 'closed form' ? estimator : `${estimator} ${estimator === 1 ? 'sample' : 'samples'}`

/** How an estimator varies with fresh and with learned parameters. */
interface Row {
  readonly estimator: Estimator
  readonly fresh: Variation
  readonly learned: Variation
}

/** The variance that the KL adds to the gradient, as a share of that with the closed form. */
const added = (rows: readonly Row[], row: Row, when: 'fresh' | 'learned'): number =>
  row[when].ofKl / rows[0]![when].gradient

const picture = (rows: readonly Row[]): string => {
  const series = [
    { name: 'fresh parameters', when: 'fresh', color: colours[0], dx: 12, dy: -14, textAnchor: 'start' },
    { name: 'learned parameters', when: 'learned', color: colours[1], dx: -12, dy: 16, textAnchor: 'end' },
  ] as const
  const points = series.flatMap(({ name, when, color }) =>
    rows
      .slice(1)
      .map((row) => ({ samples: Number(row.estimator), share: added(rows, row, when), name, color })),
  )
  return chart('What estimating the KL adds to the variance of the gradient', {
    x: {
      label: 'samples of the KL for each example',
      type: 'log',
      ticks: [...counts],
      tickFormat: 'd',
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: {
      label: 'variance that the KL adds to the gradient',
      type: 'log',
      grid: true,
      tickFormat: '~%',
      labelArrow: 'none',
    },
    marks: [
      Plot.line(points, { x: 'samples', y: 'share', z: 'name', stroke: 'color', strokeWidth: 2 }),
      Plot.dot(points, { x: 'samples', y: 'share', fill: 'color', r: 4 }),
      ...series.map(({ name, color, dx, dy, textAnchor }) =>
        Plot.text(
          points.filter((point) => point.name === name && point.samples === counts[1]),
          { x: 'samples', y: 'share', text: 'name', fill: color, fontWeight: 'bold', textAnchor, dx, dy },
        ),
      ),
    ],
  })
}

/** The slope of the line through points in logarithmic axes that is nearest to them. */
const logSlope = (points: readonly { readonly x: number; readonly y: number }[]): number => {
  const logs = points.map(({ x, y }) => [Math.log(x), Math.log(y)] as const)
  const mean = (axis: 0 | 1): number => logs.reduce((sum, point) => sum + point[axis], 0) / logs.length
  const [x, y] = [mean(0), mean(1)]
  const products = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0)
  return products / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
}

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`

/** Measures variance and time of each estimator, and gives the page that compares them. */
export const study = async (report: Report): Promise<IllustratedPage> => {
  const engine = await wasmEngine()
  const { params } = await trained({
    engine,
    data: train,
    init: small.init,
    objective: small.objective,
    hyper: () => ({ beta: tensor([], [1]) }),
    epochs,
  })
  const initial = small.init(key(0)).params
  const [fresh, learned] = [variationsOf(engine, initial), variationsOf(engine, params)]
  const rows = estimators.map((estimator, index) => ({
    estimator,
    fresh: fresh[index]!,
    learned: learned[index]!,
  }))
  report.line('measured variances')
  const images = evaluationBatches((await digits()).train, batchSize).at(0)
  const times = {
    small: stepTimes(engine, small, evaluationBatches(train, batchSize).at(0)),
    large: stepTimes(engine, large, images),
  }
  const timeOf = (model: keyof typeof times, index: number): string =>
    `${median(times[model].map((round) => round[index]!)).toFixed(2)} ms`
  const ratioOf = (model: keyof typeof times, index: number): string =>
    median(times[model].map((round) => round[index]! / round[0]!)).toFixed(2)

  const slope = logSlope(
    rows.slice(1).map(({ estimator, learned }) => ({ x: Number(estimator), y: learned.kl ** 2 })),
  )
  const one = rows[1]!
  const variances = table(
    ['KL', 'deviation of the KL of an example, nats', 'variance of the gradient', 'added by the KL'],
    rows.map((row) => [
      nameOf(row.estimator),
      `${row.fresh.kl.toFixed(3)} → ${row.learned.kl.toFixed(3)}`,
      `${row.fresh.gradient.toFixed(3)} → ${row.learned.gradient.toFixed(3)}`,
      `${percent(added(rows, row, 'fresh'))} → ${percent(added(rows, row, 'learned'))}`,
    ]),
  )
  const speeds = table(
    ['KL', `8-${hidden}-${latent}, a step`, 'ratio', '784-400-16, a step', 'ratio'],
    estimators.map((estimator, index) => [
      nameOf(estimator),
      timeOf('small', index),
      ratioOf('small', index),
      timeOf('large', index),
      ratioOf('large', index),
    ]),
  )
  return {
    page: `# The KL in closed form, or by samples

KL(q(z | x) ‖ N(0, I)) of a Gaussian posterior has a closed form. It can also be estimated by the mean of log q(z | x) − log p(z)
over samples z of the posterior, as it must where there is none. What that costs, for β = 1 and batches of ${batchSize}:

\`npm run study kl-estimators\` writes this page. Variances are the same in every run; times are those of one machine.

## Variance

The VAE of the exercises (${features} features, ${hidden} tanh units, ${latent} latent dimensions) on its Gaussian mixture, with fresh parameters → after
${epochs} epochs. One batch, ${draws} draws of the noise. The reconstruction has one sample in each row; those of the KL are others.
The variance of the gradient is the sum over all parameters. What the KL adds is the variance of the difference to the
gradient with the closed form under the same noise of the reconstruction, as a share of the variance with the closed form.

${variances}

![What estimating the KL adds to the variance of the gradient](kl-estimators.svg)

- The variance of the estimated KL falls as the number of samples to the power ${slope.toFixed(2).replace('-', '−')}: independent samples give −1.
- One sample of the KL adds ${percent(added(rows, one, 'fresh'))} to the variance of the gradient with fresh parameters, and ${percent(added(rows, one, 'learned'))}
  with learned ones. The rest is the noise of the reconstruction, which no closed form removes.

## Time of a training step

The whole step: forward, backward, Adam. In each of ${rounds} rounds every estimator makes one step, one after the other in one
process; the times are medians, and the ratio is the median over rounds of the time to that with the closed form. Beside the
VAE of the exercises, the one of \`vae train\` on digits of MNIST.

${speeds}

- With one sample a step takes ${ratioOf('small', 1)} and ${ratioOf('large', 1)} times as long as with the closed form, with ${counts.at(-1)} samples ${ratioOf('small', estimators.length - 1)} and ${ratioOf('large', estimators.length - 1)} times.
`,
    pictures: { 'kl-estimators.svg': picture(rows) },
  }
}
