/*
 * Which likelihood for bits: the VAE of the exercises on the signs of the Gaussian mixture, with a Bernoulli and with two
 * Gaussian likelihoods. `npm run study binary-likelihood` writes the page.
 */
import * as Plot from '@observablehq/plot'
import { compileWith, type Engine } from '@vae/autograd'
import { type Dataset, exampleCount, examplesOf, exerciseMixture, firstExamples } from '@vae/data'
import { bernoulli, gaussian, gaussianEncoder, type Likelihood, mlp, vae } from '@vae/models'
import { expandDims, type Key, key, normal, numerics, split, tanh, tensor } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { chart, colours } from './chart.ts'
import { examples, features, hidden, latent, train } from './mixture.ts'
import { type IllustratedPage, type Report, spread, spreadOf, table } from './report.ts'
import { trained } from './training.ts'

const [epochs, draws, patterns] = [30, 200_000, 2 ** features] as const
const seeds: readonly number[] = [0, 1, 2]

/** 1 for each feature above 0, and 0 for the others. */
const signs = (dataset: Dataset<[typeof features], 'f32'>): Dataset<[typeof features], 'f32'> => {
  const { shape, data } = firstExamples(exampleCount(dataset))(dataset)
  return {
    ...dataset,
    examples: examplesOf(
      tensor(
        shape,
        data.map((value) => (value > 0 ? 1 : 0)),
      ),
    ),
  }
}

const bits = signs(train)

/** Φ(x). */
const normalCdf = (x: number): number => (1 + numerics.erf(x * Math.SQRT1_2)) / 2

/** The probability of each component of the mixture, and that of a 1 in each feature of it. */
const components = exerciseMixture.components.map(({ weight, mean, variance }) => ({
  weight,
  ones: mean.map((value, feature) => normalCdf(value / Math.sqrt(variance[feature]!))),
}))

/** Whether feature `feature` of a pattern is 1: bit `feature` of its number. */
const bitOf = (pattern: number, feature: number): boolean => ((pattern >> feature) & 1) === 1

/** The probability of each pattern when features are independent. */
const independent = (ones: readonly number[]): Float64Array =>
  Float64Array.from({ length: patterns }, (_, pattern) =>
    ones.reduce((product, p, feature) => product * (bitOf(pattern, feature) ? p : 1 - p), 1),
  )

/** The exact probability of each of the patterns. */
const exact = components
  .map(({ weight, ones }) => independent(ones).map((probability) => weight * probability))
  .reduce((sum, part) => sum.map((probability, pattern) => probability + part[pattern]!))

/** The share of each pattern among rows, a value above ½ being a 1. */
const sharesOf = (rows: Float32Array): Float64Array => {
  const shares = new Float64Array(patterns)
  const count = rows.length / features
  for (let row = 0; row < count; row++) {
    let pattern = 0
    for (let feature = 0; feature < features; feature++)
      if (rows[row * features + feature]! > 0.5) pattern |= 1 << feature
    shares[pattern]! += 1 / count
  }
  return shares
}

/** Half of the summed differences: the largest difference in the probability of any set of patterns. */
const totalVariation = (p: Float64Array, q: Float64Array): number =>
  p.reduce((sum, value, pattern) => sum + Math.abs(value - q[pattern]!), 0) / 2

/** The probability of each number of ones. */
const byOnes = (probabilities: Float64Array): readonly number[] => {
  const sums = new Array<number>(features + 1).fill(0)
  probabilities.forEach((probability, pattern) => {
    const ones = Array.from({ length: features }, (_, feature) => bitOf(pattern, feature))
    sums[ones.filter((one) => one).length]! += probability
  })
  return sums
}

const activation = { activation: tanh }

/** The shares of patterns among samples of a model. */
interface Samples {
  readonly drawn: Float64Array
  readonly means: Float64Array
}

/** What samples of a model with a likelihood look like: draws of p(x | z), and its means, at draws from the prior. */
const samplesOf = async (
  engine: Engine,
  likelihood: Likelihood<string, 1>,
  seed: number,
): Promise<Samples> => {
  const model = vae({
    encoder: gaussianEncoder(mlp([features], [hidden], activation), latent),
    decoder: mlp([latent], [hidden], [features], activation),
    likelihood,
  })
  const { params } = await trained({
    engine,
    data: bits,
    init: model.init,
    objective: model.objective,
    hyper: () => ({ beta: tensor([], [1]) }),
    epochs,
    seed,
  })
  const sample = compileWith(engine)((p: typeof params, noise: Key) => {
    const [forLatents, forValues] = split(noise)
    const parameters = expandDims(model.decode(p)(normal(forLatents, [draws, latent])), 1)
    return { drawn: likelihood.sample(parameters, forValues), means: likelihood.mean(parameters) }
  })
  const { drawn, means } = sample(params, key(seed))
  const shares = { drawn: sharesOf(drawn.data), means: sharesOf(means.data) }
  sample.close()
  return shares
}

const likelihoods: Readonly<Record<string, Likelihood<string, 1>>> = {
  'Bernoulli': bernoulli,
  'Gaussian, σ = 1': gaussian(1),
  'Gaussian, σ = 0.33': gaussian(0.33),
}

/** A part of the chart: how often so many of the features are 1 in samples of a model. */
interface Panel {
  readonly name: string
  readonly probabilities: readonly number[]
}

const picture = (panels: readonly Panel[]): string => {
  const points = panels.flatMap(({ name, probabilities }) =>
    probabilities.map((probability, ones) => ({ name, probability, ones, exact: byOnes(exact)[ones]! })),
  )
  return chart('The probability of each number of ones, exact and in samples of each model', {
    height: 300,
    marginTop: 44,
    fx: { label: null, domain: panels.map(({ name }) => name), padding: 0.08 },
    x: { label: `features that are 1, of ${features}`, labelAnchor: 'center', labelArrow: 'none' },
    y: { label: 'probability', grid: true, zero: true, labelArrow: 'none' },
    marks: [
      Plot.barY(points, { fx: 'name', x: 'ones', y: 'exact', fill: 'currentColor', fillOpacity: 0.25 }),
      Plot.line(points, { fx: 'name', x: 'ones', y: 'probability', stroke: colours[1], strokeWidth: 2 }),
      Plot.dot(points, { fx: 'name', x: 'ones', y: 'probability', fill: colours[1], r: 4 }),
    ],
  })
}

/** Trains with each likelihood, and gives the page that compares their samples. */
export const study = async (report: Report): Promise<IllustratedPage> => {
  const engine = await wasmEngine()
  const learned: {
    readonly name: string
    readonly drawn: readonly number[]
    readonly means: readonly number[]
  }[] = []
  const panels: Panel[] = []
  for (const [name, likelihood] of Object.entries(likelihoods)) {
    const runs: Samples[] = []
    for (const seed of seeds) runs.push(await samplesOf(engine, likelihood, seed))
    const distances = (which: keyof Samples) => runs.map((shares) => totalVariation(exact, shares[which]))
    learned.push({ name, drawn: distances('drawn'), means: distances('means') })
    panels.push({ name, probabilities: byOnes(runs[0]!.drawn) })
    report.line(`${name}: ${spread(distances('drawn'), 4)}, of means ${spread(distances('means'), 4)}`)
  }
  const floor = seeds.map((seed) =>
    totalVariation(
      exact,
      sharesOf(firstExamples(draws)(signs(exerciseMixture.draw(key(100 + seed), draws, 'test'))).data),
    ),
  )
  const marginal = Array.from({ length: features }, (_, feature) =>
    components.reduce((sum, { weight, ones }) => sum + weight * ones[feature]!, 0),
  )
  const distanceOfIndependent = totalVariation(exact, independent(marginal))
  const results = table(
    ['what is drawn from', 'draws of p(x \\| z)', 'means of p(x \\| z)'],
    [
      ['the mixture itself: what chance leaves', spread(floor, 4), ''],
      ...learned.map(({ name, drawn, means }) => [`VAE, ${name}`, spread(drawn, 4), spread(means, 4)]),
      ['features that are independent', distanceOfIndependent.toFixed(4), ''],
    ],
  )
  const order = [...learned].sort((a, b) => spreadOf(a.drawn).mean - spreadOf(b.drawn).mean)
  const meansLose = learned.filter(({ drawn, means }) => spreadOf(means).mean > spreadOf(drawn).mean)
  return {
    page: `# Bernoulli or Gaussian, for bits

The mixture of two Gaussians in ${features} dimensions of the exercises, made binary: a feature is 1 if it is above 0, else 0. The
exact probability of each of the ${patterns} patterns is known, Σ wₖ Π Φ(±μₖ/σₖ). VAEs with one hidden layer of ${hidden} tanh units in
encoder and decoder and ${latent} latent dimensions learn it from ${examples.toLocaleString('en')} draws in ${epochs} epochs of Adam with β = 1, with a
Bernoulli likelihood and with Gaussians of two widths: σ = 1 is the usual squared error, and σ = 0.33 is near the deviation
of a feature within a component, ${Math.sqrt(
      components.reduce((sum, { weight, ones }) => sum + weight * ones[0]! * (1 - ones[0]!), 0),
    ).toFixed(2)}.

\`npm run study binary-likelihood\` writes this page.

The number is the total variation between the exact distribution and the shares of the patterns in ${draws.toLocaleString('en')} samples: the
largest difference in the probability of any set of patterns, from 0 to 1. A Fréchet distance would compare means and
covariances only, and log-likelihoods do not compare: that of a Gaussian is a density. Latents are draws from the prior;
what a Gaussian gives is a 1 if it is above ½. ± is the standard deviation between ${seeds.length} seeds.

${results}

![The probability of each number of ones, exact and in samples of each model](binary-likelihood.svg)

Bars are exact, points are of draws of the first seed: how many of the ${features} features are 1.

- From best to worst, by draws: ${order.map(({ name, drawn }) => `${name} (${spreadOf(drawn).mean.toFixed(3)})`).join(', ')}. Features without any dependence would
  be at ${distanceOfIndependent.toFixed(3)}.
- The means of p(x | z) are farther from the data than its draws ${
      meansLose.length === learned.length
        ? 'for every likelihood'
        : `for ${meansLose.length} of the ${learned.length} likelihoods: ${meansLose.map(({ name }) => name).join('; ')}`
    }.
- Even the best is ${(spreadOf(order[0]!.drawn).mean / spreadOf(floor).mean).toFixed(0)} times as far as chance leaves. Between the latents of the two components the prior has others too: ${features / 2} of
  ${features} features are 1 with probability ${byOnes(exact)[features / 2]!.toFixed(3)} in the data, and ${panels
    .map(({ name, probabilities }) => `${probabilities[features / 2]!.toFixed(3)} (${name})`)
    .join(', ')} in samples.
`,
    pictures: { 'binary-likelihood.svg': picture(panels) },
  }
}
