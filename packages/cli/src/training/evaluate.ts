import type { Engine } from '@vae/autograd'
import { type Dataset, evaluationBatches } from '@vae/data'
import { type DatasetMeans, meanTerms, type NegativeElboTerms, negativeElboTerms } from '@vae/metrics'
import type { Batch, NoState } from '@vae/models'
import { key, tensor } from '@vae/tensor'
import { Refusal } from '../failure.ts'
import type { DigitParams, DigitVae } from '../model.ts'

/** Examples that are evaluated at once. Part of what the figures depend on, so it is no option. */
const evaluationBatch = 200

/** The key of the noise of every evaluation: equal parameters give equal figures. */
const evaluationKey = key(2 ** 53 - 1)

/** The evidence lower bound of a dataset, in nats per image. */
export type ElboMeans = DatasetMeans<keyof NegativeElboTerms>

/** Evaluates parameters on a dataset; the program is compiled once. Throws a `Refusal` if they have diverged. */
export interface ElboEvaluator {
  readonly run: (params: DigitParams, pause: () => Promise<void>) => Promise<ElboMeans>
  readonly close: () => void
}

/** Figures that can be written down. Weights that have run away give infinity or NaN. */
const checked = (means: ElboMeans): ElboMeans => {
  for (const [name, { mean }] of Object.entries(means))
    if (!Number.isFinite(mean))
      throw new Refusal(`the model has diverged: over the test images, ${name} is ${mean}`)
  return means
}

/** An evaluator of the negative evidence lower bound over all examples of `dataset`. */
export const elboEvaluator = (engine: Engine, model: DigitVae, dataset: Dataset<[784]>): ElboEvaluator => {
  const objective = model.objective({ beta: tensor([], [1]) })
  const { run, close } = meanTerms(
    engine,
    negativeElboTerms((params: DigitParams, state: NoState, batch: Batch<number, [784]>, noise) =>
      objective(params, state, batch, noise),
    ),
  )
  const batches = evaluationBatches(dataset, evaluationBatch)
  return {
    run: async (params, pause) => checked(await run({ params, state: {} }, batches, evaluationKey, pause)),
    close,
  }
}
