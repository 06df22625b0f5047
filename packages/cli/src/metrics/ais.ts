import { evaluationBatches, exampleCount, take } from '@vae/data'
import { type AisEstimate, annealedNll, estimate, include, noExamples, sigmoidalSchedule } from '@vae/metrics'
import { valuesOf } from '@vae/models'
import { reshape, squeeze, type Tensor } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { count } from '../display/text.ts'
import type { HiddenTree, RunBatch } from '../models/run-model.ts'
import { estimateOf, valueOnly } from './figure.ts'
import { keys } from './keys.ts'
import {
  densityOf,
  examplesWords,
  hasLikelihood,
  sampledNll,
  samplesWords,
  workFor,
} from './log-likelihood.ts'
import type { Measured, Metric, Row } from './metric.ts'

/** Test examples that are annealed: many take long. */
const mostExamples = 100

const chains = 4

/** Gradients of one transition. */
const leapfrogSteps = 10

/** Multiplications that annealing may take: about two minutes on two cores. */
const mostMultiplications = 5e12

/** The fewest and the most temperatures of a chain. */
const [fewestSteps, mostSteps] = [50, 500] as const

/** How many of the examples are annealed in how many steps: as many as there is time for, first of steps. */
export const annealingFor = (
  multiplications: number,
  available: number,
): { readonly examples: number; readonly steps: number } => {
  // A gradient takes three times what a value takes, and one more chain comes first.
  const perStep = multiplications * (chains + 1) * (3 * leapfrogSteps + 1)
  const affordable = Math.floor(mostMultiplications / (perStep * fewestSteps))
  const examples = Math.min(available, mostExamples, Math.max(1, affordable))
  const steps = Math.floor(mostMultiplications / (perStep * examples))
  return { examples, steps: Math.max(fewestSteps, Math.min(mostSteps, steps)) }
}

const annealed = async (measured: Measured, data: RunDataset, steps: number): Promise<AisEstimate> => {
  const density = densityOf(measured)
  /** A row of latents as the densities take them. */
  const one = (z: Tensor<[number, number]>): Tensor<[number, number, number]> =>
    reshape(z, [1, z.shape[0], z.shape[1]])
  const estimator = annealedNll(
    measured.engine,
    {
      samplePrior: (params: HiddenTree, { weights }: RunBatch, key) =>
        density.samplePrior(params)(key, weights.shape[0]),
      logPrior: (params, z) => squeeze(density.logPrior(params)(one(z)), [0]),
      logLikelihood: (params, { examples }, z) =>
        squeeze(density.logLikelihood(params)(valuesOf(examples), one(z)), [0]),
    },
    leapfrogSteps,
  )
  try {
    return await estimator.run(measured.trained.params, evaluationBatches(data, exampleCount(data)), {
      schedule: sigmoidalSchedule(steps),
      chains,
      key: keys.annealing,
      pause: (done) => measured.pause((done.chains + done.steps / steps) / (chains + 1)),
    })
  } finally {
    estimator.close()
  }
}

/** −log p(x) of a few examples by annealing, and by importance sampling for comparison. */
export const ais: Metric = {
  name: 'ais',
  description:
    'the negative log-likelihood of 100 examples by annealed importance sampling, and how far that of nll is from it',
  appliesTo: hasLikelihood,
  measure: async (measured: Measured): Promise<readonly Row[]> => {
    const { description, samples } = measured
    const all = measured.seen()
    const { examples, steps } = annealingFor(workFor(measured).multiplications, exampleCount(all))
    const data = take(examples)(all)
    // It takes next to nothing beside the annealing.
    const sampled = await sampledNll(measured, data, () => measured.pause(0))
    const found = await annealed(measured, data, steps)
    const over = `nats per ${description.noun}, over ${examplesWords(examples, description.noun)}`
    const gaps = found.logLikelihoods.map((value, index) => value - sampled.logLikelihoods[index]!)
    return [
      {
        name: 'annealedNll',
        title: 'NLL by annealing',
        unit: `${over}, ${chains} chains of ${count(steps)} steps`,
        ...estimateOf(found.nll),
      },
      {
        name: 'annealedNllMonteCarloError',
        title: 'NLL by annealing, error of the sampling',
        unit: over,
        ...valueOnly(found.monteCarloError),
      },
      {
        name: 'sampledNll',
        title: 'NLL by importance sampling',
        unit: `${over}, ${samplesWords(samples)}`,
        ...estimateOf(sampled.nll),
      },
      {
        name: 'annealingGap',
        title: 'gap between the two',
        unit: over,
        ...estimateOf(estimate(include(noExamples, gaps, new Float64Array(gaps.length).fill(1)))),
      },
      {
        name: 'annealingAcceptance',
        title: 'acceptance of the chains',
        unit: '% of proposals, best about 65',
        ...valueOnly(100 * found.acceptance),
      },
    ]
  },
}
