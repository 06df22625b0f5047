import type { Engine } from '@vae/autograd'
import { type Dataset, evaluationBatches } from '@vae/data'
import { type DatasetMeans, meanTerms, type NegativeElboTerms, negativeElboTerms } from '@vae/metrics'
import type { Batch, NoState } from '@vae/models'
import { key, tensor } from '@vae/tensor'
import type { DigitParams, DigitVae } from '../model.ts'

/** Examples that are evaluated at once. Part of what the figures depend on, so it is no option. */
const evaluationBatch = 200

/** The key of the noise of every evaluation: equal parameters give equal figures. */
const evaluationKey = key(2 ** 53 - 1)

/** The evidence lower bound of a dataset, in nats per image. */
export type ElboMeans = DatasetMeans<keyof NegativeElboTerms>

/** Evaluates parameters on a dataset; the program is compiled once. */
export interface ElboEvaluator {
  readonly run: (params: DigitParams, pause: () => Promise<void>) => Promise<ElboMeans>
  readonly close: () => void
}

/** An evaluator of the negative evidence lower bound over all examples of `dataset`. */
export const elboEvaluator = (engine: Engine, model: DigitVae, dataset: Dataset<[784]>): ElboEvaluator => {
  const objective = model.objective(tensor([], [1]))
  const { run, close } = meanTerms(
    engine,
    negativeElboTerms((params: DigitParams, state: NoState, batch: Batch<number, 784>, noise) =>
      objective(params, state, batch, noise),
    ),
  )
  const batches = evaluationBatches(dataset, evaluationBatch)
  return {
    run: (params, pause) => run({ params, state: {} }, batches, evaluationKey, pause),
    close,
  }
}
