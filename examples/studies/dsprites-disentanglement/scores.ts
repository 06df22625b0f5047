import { compileWith, type Engine } from '@vae/autograd'
import {
  type Dataset,
  dspritesExamples,
  dspritesFactors,
  dspritesFactorsAt,
  dspritesSharing,
  dspritesSplit,
  evaluationBatches,
  reshapeExamples,
  selected,
} from '@vae/data'
import {
  activeUnits,
  factorVaeScore,
  klPerDimension,
  mutualInformationGap,
  mutualInformationGapOfPosteriors,
  posteriorsOf,
} from '@vae/metrics'
import { type Batch, intensities, sampleGaussian } from '@vae/models'
import { key, slice, type TensorOf } from '@vae/tensor'
import * as O from 'fp-ts/lib/Option.js'
import { type Encode, pixels } from './models.ts'

/** What is measured of a model; the members of a file beside the page. */
export interface Scores {
  /** Definition of Chen et al.: from posteriors, over scale, orientation, x and y. */
  readonly mig: number
  /** That of Locatello et al.: of means in bins, over all five factors. */
  readonly migOfMeans: number
  /** The gap of each factor by the first definition, in the order of the factors. */
  readonly gaps: readonly number[]
  readonly factorVaeScore: number
  readonly activeUnits: number
  /** In nats. */
  readonly kl: number
  /** The loss of the model, a mean over all steps, in nats. */
  readonly loss: number
}

/** Images that scores are taken from, and those that share the value of a factor in a vote. */
const [imageCount, samplesOfGap, perVote] = [10_000, 2000, 64] as const

/** Below this standard deviation of its mean over images a dimension is not in use: Burda et al.'s 0.01 of variance. */
const inactiveBelow = 0.1

type Pixels = [typeof pixels]

/** All images of dSprites as rows. */
export const images: Dataset<Pixels> = {
  name: 'dSprites',
  split: 'train',
  examples: reshapeExamples<[1, 64, 64], 'u8', Pixels>(dspritesExamples, [pixels]),
  labels: O.none,
}

/** Images for training and, by their indices, those for scores. */
export const split = dspritesSplit({ test: imageCount, seed: 0 })

/** Measures an encoder on images that no model was trained on. */
export const scoresOf = async (engine: Engine, encode: Encode): Promise<Omit<Scores, 'loss'>> => {
  const encoder = posteriorsOf(engine, (_: object, { examples }: Batch<number, Pixels>) =>
    encode(intensities(examples)),
  )
  const posteriors = await encoder.run({}, evaluationBatches(selected(split.test)(images), 200))
  encoder.close()
  const factors = dspritesFactorsAt(split.test)
  const z = slice(sampleGaussian(posteriors, key(1)), 0, 0, samplesOfGap)
  // Chen et al. leave the shape out, which has no order.
  const ofPosteriors = mutualInformationGapOfPosteriors(posteriors, slice(factors, 1, 1, 5), z)
  const means = compileWith(engine)((x: TensorOf<[number, ...Pixels], 'u8'>) => encode(intensities(x)).mean)
  const votes = factorVaeScore(
    posteriors.mean,
    (factor, from) =>
      means(images.examples.gather(dspritesSharing(dspritesFactors.names[factor]!, from, perVote))),
    { factors: dspritesFactors.names.length, inactiveBelow, key: key(2) },
  )
  means.close()
  return {
    mig: ofPosteriors.score,
    migOfMeans: mutualInformationGap(posteriors.mean, factors).score,
    gaps: ofPosteriors.factors,
    factorVaeScore: votes.score,
    activeUnits: activeUnits(posteriors.mean).count,
    kl: klPerDimension(posteriors).reduce((sum, { mean }) => sum + mean, 0),
  }
}
