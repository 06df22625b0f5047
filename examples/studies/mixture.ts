import { compileWith, type Engine } from '@vae/autograd'
import { evaluationBatches, exerciseMixture, firstExamples, mixtureSplits } from '@vae/data'
import { estimate, include, type MeanEstimate, noExamples } from '@vae/metrics'
import type { Batch } from '@vae/models'
import { key } from '@vae/tensor'

/** The sizes of the exercises on the Gaussian mixture: networks with one hidden layer. */
export const [features, hidden, latent] = [8, 32, 2] as const

/** How many examples there are to learn from, and as many to judge on. */
export const examples = 10_000

/** A batch of draws of the mixture. */
export type Rows = Batch<number, [typeof features], 'f32'>

/** Draws of the mixture of the exercises. */
export const { train, test } = mixtureSplits(exerciseMixture, { train: examples, test: examples }, key(8))

/** The held-out draws in batches. */
export const heldOut = (): Iterable<Rows> => evaluationBatches(test, 1000)

/** The differential entropy of the mixture in nats, −E[log p(x)], estimated with the held-out draws. */
export const entropy = (engine: Engine): MeanEstimate => {
  const logDensity = compileWith(engine)(exerciseMixture.logDensity)
  const values = logDensity(firstExamples(examples)(test)).data.map((value) => -value)
  logDensity.close()
  return estimate(include(noExamples, values, new Float32Array(examples).fill(1)))
}

/**
 * What remains of `nats` of entropy for the rate when each feature may have a squared error of `error`: Shannon's lower
 * bound of the rate, h(x) − ½ F log 2πe D. The KL of no VAE is below it on average, as the KL is at least I(x; z).
 */
export const shannonRate = (nats: number, error: number): number =>
  nats - (features / 2) * Math.log(2 * Math.PI * Math.E * error)

/** The squared error of a feature that Shannon's lower bound leaves at a rate of so many nats. */
export const shannonError = (nats: number, rate: number): number =>
  Math.exp((2 * (nats - rate)) / features) / (2 * Math.PI * Math.E)
