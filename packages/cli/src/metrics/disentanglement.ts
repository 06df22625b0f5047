import {
  dspritesDefaultSplit,
  dspritesExamples,
  dspritesFactors,
  dspritesFactorsAt,
  dspritesPairsSharing,
  dspritesSharing,
  selectExamples,
} from '@vae/data'
import {
  betaVaeScore,
  dci,
  factorVaeScore,
  modularity,
  mutualInformationGap,
  mutualInformationGapOfPosteriors,
  sap,
} from '@vae/metrics'
import { sampleGaussian } from '@vae/models'
import { slice } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { count } from '../display/text.ts'
import { encoderOf } from './encoded.ts'
import { valueOnly } from './figure.ts'
import { keys } from './keys.ts'
import type { Measured, Metric, Row } from './metric.ts'
import { gaussiansOf, hasGaussianPosteriors } from './posteriors.ts'

const { names } = dspritesFactors

/** Images that share the value of a factor, in the scores of FactorVAE and of β-VAE. */
const group = 64

/** Votes of the score of FactorVAE, and points of that of β-VAE, in training and test. */
const [votes, trainingPoints, testPoints] = [800, 1000, 500] as const

/** Images that DCI and SAP are measured on: what they learn from, and what they are judged on. */
const [mostLearned, judged] = [3000, 2000] as const

/** Codes of all images that DCI learns from, at most: its time is that of their number. */
const mostCodes = 30_000

/** Comparisons of a sample with a posterior in a dimension. */
const mostComparisons = 5e7

/** How disentangled the latents are, by every published score. */
const scores = async (measured: Measured): Promise<readonly Row[]> => {
  const { engine, trained, model, show, pause } = measured
  const { latents } = model
  if (latents === null) throw new Error('latents are needed, and the model has none')
  const { test } = dspritesDefaultSplit()
  const factors = dspritesFactorsAt(test)
  const encoder = encoderOf(engine, trained, latents.encode, dspritesExamples, group)
  try {
    const codes = encoder.of(test)
    const size = codes.shape[1]
    const held = `${count(test.length)} held-out images`
    const row = (name: string, title: string, value: number, unit: string): Row => ({
      name,
      title,
      unit,
      ...valueOnly(value),
    })

    await pause(0.1)
    const binned = mutualInformationGap(codes, factors)
    const rows = [row('mig', 'MIG, means in bins', binned.score, `0 to 1, ${held}`)]

    if (hasGaussianPosteriors(measured)) {
      const all: RunDataset = { ...measured.data.test, examples: selectExamples(dspritesExamples, test) }
      const posteriors = await gaussiansOf(measured, all)
      const samples = Math.max(200, Math.min(1000, Math.floor(mostComparisons / (test.length * size))))
      const z = sampleGaussian(
        { mean: slice(posteriors.mean, 0, 0, samples), logVar: slice(posteriors.logVar, 0, 0, samples) },
        keys.gap,
      )
      // Chen et al. leave the shape out, which is in no order.
      const { score } = mutualInformationGapOfPosteriors(posteriors, slice(factors, 1, 1, names.length), z)
      rows.push(
        row(
          'migOfPosteriors',
          'MIG, of posteriors',
          score,
          `0 to 1, without the shape, ${held}, ${count(samples)} samples`,
        ),
      )
    }

    await pause(0.2)
    let done = 0
    const encoded = (indices: Uint32Array) => {
      done += indices.length
      show(0.2 + (0.5 * done) / (2 * group * (votes + trainingPoints + testPoints)))
      return encoder.of(indices)
    }
    const chance = `accuracy, ${1 / names.length} by chance`
    const factorVae = factorVaeScore(
      codes,
      (factor, key) => encoded(dspritesSharing(names[factor]!, key, group)),
      {
        factors: names.length,
        trainingVotes: votes,
        testVotes: votes,
        key: keys.factorScore,
      },
    )
    rows.push(row('factorVaeScore', 'FactorVAE score', factorVae.score, chance))

    await pause(0.4)
    const betaVae = betaVaeScore(
      (factor, key) => {
        const [first, second] = dspritesPairsSharing(names[factor]!, key, group)
        return [encoded(first), encoded(second)]
      },
      { factors: names.length, trainingPoints, testPoints, key: keys.betaScore },
    )
    rows.push(row('betaVaeScore', 'β-VAE score', betaVae.score, chance))

    await pause(0.7)
    const learned = Math.max(1000, Math.min(mostLearned, Math.floor(mostCodes / size)))
    const parts = [
      slice(codes, 0, 0, learned),
      slice(factors, 0, 0, learned),
      slice(codes, 0, learned, learned + judged),
      slice(factors, 0, learned, learned + judged),
    ] as const
    const of = `${count(learned)} images learned, ${count(judged)} judged`
    const { disentanglement, completeness, informativeness } = dci(...parts)
    rows.push(
      row('dciDisentanglement', 'DCI, disentanglement', disentanglement, `0 to 1, ${of}`),
      row('dciCompleteness', 'DCI, completeness', completeness, `0 to 1, ${of}`),
      row('dciInformativeness', 'DCI, informativeness', informativeness, `accuracy, ${of}`),
    )

    await pause(0.9)
    rows.push(
      row('sap', 'SAP', sap(...parts).score, `0 to 1, ${of}`),
      row('modularity', 'modularity', modularity(codes, factors).score, `0 to 1, ${held}`),
    )
    return rows
  } finally {
    encoder.close()
  }
}

/** Scores of disentanglement, of models with latents on dSprites. */
export const disentanglement: Metric = {
  name: 'disentanglement',
  description:
    'MIG (of means in bins, and of posteriors), the scores of FactorVAE and β-VAE, DCI, SAP and modularity (dsprites)',
  appliesTo: ({ model, description }) => description.name === 'dsprites' && model.latents !== null,
  measure: scores,
}
