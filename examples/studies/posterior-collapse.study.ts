/*
 * What keeps a posterior from collapsing: the VAE of `vae train` with β = 4 under a schedule that begins far too high, and
 * the same with one remedy at a time. `npm run study posterior-collapse` writes the page.
 */
import type { Engine } from '@vae/autograd'
import { type Dataset, evaluationBatches } from '@vae/data'
import { activeUnits, importanceSampledNll, klPerDimension, posteriorsOf } from '@vae/metrics'
import {
  type Batch,
  bernoulli,
  collapseWarning,
  controlled,
  type DiagonalGaussian,
  gaussianEncoder,
  gaussianPosterior,
  intensities,
  type KlHyper,
  mlp,
  type PaidKl,
  type Schedule,
  scheduleOf,
  vae,
} from '@vae/models'
import { add, type Key, key, sub, type Tensor, tensor } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import { digits } from './digits.ts'
import { type Report, table } from './report.ts'
import { trained } from './training.ts'

const [latent, pixels, epochs, stepsPerEpoch] = [16, 784, 5, 468] as const

/** Importance samples for each image, of which as many are computed at once. */
const [samples, chunk] = [100, 25] as const

type Digits = Batch<number, [typeof pixels]>

const modelWith = (kl: PaidKl) =>
  vae(
    {
      encoder: gaussianEncoder(mlp([pixels], [400]), latent),
      decoder: mlp([latent], [400], [pixels]),
      likelihood: bernoulli,
    },
    { kl },
  )
const whole = modelWith({ kind: 'whole' })
const freeBits = modelWith({ kind: 'free-bits', per: 'dimension', nats: 0.5 })
const activeOnly = modelWith({ kind: 'active-dimensions' })
const guided = controlled(whole, { max: 10, proportional: 0.01, integral: 0.001 })

type Posterior = DiagonalGaussian<number, typeof latent>
type Params = ReturnType<typeof whole.init>['params']

const scalar = (value: number): Tensor<[]> => tensor([], [value])

/** The scalars of a step from 1, whose β follows a schedule. */
const following = (schedule: Schedule): ((step: number) => KlHyper) => {
  const beta = scheduleOf(schedule)
  return (step) => ({ beta: scalar(beta(step - 1)) })
}

/** The KL weighs far too much for most of the run: what the encoder gives up, it has no reason to take up again. */
const bad = following({ kind: 'linear', from: 1000, to: 4, steps: epochs * stepsPerEpoch })

const towards20Nats = (): ((step: number) => KlHyper) => {
  const capacity = scheduleOf({ kind: 'capacity', to: 20, steps: 1000 })
  return (step) => ({ beta: scalar(10), capacity: scalar(capacity(step - 1)) })
}

interface Common {
  readonly engine: Engine
  readonly data: Dataset<[typeof pixels]>
  readonly epochs: number
  readonly each: (epoch: number, model: { readonly params: Params }) => Promise<void>
}

const withBeta = (model: typeof whole, hyper: (step: number) => KlHyper) => async (common: Common) =>
  (await trained({ ...common, init: model.init, objective: model.objective, hyper })).params

/** Each way to train, by name. */
const runs: Readonly<Record<string, (common: Common) => Promise<Params>>> = {
  'none: β from 1000 down to 4': withBeta(whole, bad),
  'linear warm-up, β from 0 to 1': withBeta(whole, following({ kind: 'linear', to: 1, steps: 1000 })),
  'cyclical β, 4 periods from 0 to 1': withBeta(
    whole,
    following({ kind: 'cyclical', to: 1, period: (epochs * stepsPerEpoch) / 4 }),
  ),
  'capacity up to 20 nats, γ = 10': withBeta(whole, towards20Nats()),
  'PI controller to 20 nats': async (common) =>
    (
      await trained({
        ...common,
        init: guided.init,
        objective: guided.objective,
        hyper: () => ({ targetKl: scalar(20) }),
      })
    ).params,
  '½ nat of each dimension free, same β': withBeta(freeBits, bad),
  'KL of active dimensions only, same β': withBeta(activeOnly, bad),
}

/** Negative log-likelihood by importance sampling, as the NLL of @vae/metrics takes it. */
const importance = {
  encode: (params: Params, { examples }: Digits) => whole.encode(params)(intensities(examples)),
  logWeights: (params: Params, { examples }: Digits, posterior: Posterior, noise: Key) => {
    const { z, logDensity } = gaussianPosterior(posterior).sample(noise, chunk)
    const x = intensities(examples)
    return sub(add(whole.logLikelihood(params)(x, z), whole.logPrior(params)(z)), logDensity)
  },
}

/** Trains the VAE with each remedy, and gives the page that compares them. */
export const study = async (report: Report): Promise<string> => {
  // One thread, so that a study may run beside other work.
  const engine = await wasmEngine({ threads: 1 })
  const { train, test } = await digits()
  const posteriors = posteriorsOf(engine, importance.encode)
  const nll = importanceSampledNll(engine, importance)
  const images = () => evaluationBatches(test, 200)
  const rows: string[][] = []
  for (const [name, run] of Object.entries(runs)) {
    const warnings: string[] = []
    const params = await run({
      engine,
      data: train,
      epochs,
      each: async (epoch, model) => {
        const { mean } = await posteriors.run(model.params, images())
        const { count } = activeUnits(mean)
        const warning = collapseWarning(count, latent)
        if (warning !== null) warnings.push(`epoch ${epoch}: ${warning}`)
        report.line(`${name}: ${count} of ${latent} units are active after epoch ${epoch}`)
      },
    })
    const found = await posteriors.run(params, images())
    const kl = klPerDimension(found).reduce((sum, { mean }) => sum + mean, 0)
    const estimate = await nll.run(params, images(), { samples, key: key(1) })
    rows.push([
      name,
      `${activeUnits(found.mean).count}`,
      kl.toFixed(2),
      `${estimate.nll.mean.toFixed(2)} ± ${estimate.nll.standardError.toFixed(2)}`,
      warnings[0] ?? '',
    ])
    report.line(rows.at(-1)!.join(' | '))
  }
  const results = table(
    ['remedy', `active units of ${latent}`, 'KL, nats', 'NLL, nats', 'what the detector said first'],
    rows,
  )
  return `# Posterior collapse, and what keeps it away

The VAE of \`vae train\` (784-400-${latent}, ReLU, Bernoulli) on the 60,000 digits of MNIST for ${epochs} epochs, with a schedule that
begins far too high: β falls from 1000 to 4 over the whole run. The encoder gives up every dimension, and has no reason to
take one up again. Each row below is the same run with one remedy alone: another schedule, a controller, or, under the
same β, another KL term. A unit is active if the variance of its posterior mean over the test images is above 0.01
(Burda et al., 2016). The negative log-likelihood is estimated by importance sampling with ${samples} samples for each of the
10,000 test images; ± is the standard error over images. The detector looks at the test images after each epoch.

\`npm run study posterior-collapse\` writes this page.

${results}
`
}
