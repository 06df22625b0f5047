import { evaluationBatches, exampleCount } from '@vae/data'
import { posteriorsOf } from '@vae/metrics'
import { type DiagonalGaussian, valuesOf } from '@vae/models'
import type { RunDataset } from '../data.ts'
import type { HiddenTree, RunBatch } from '../models/run-model.ts'
import type { Measured, Subject } from './metric.ts'

/** Whether posteriors are diagonal Gaussians, so that their densities are known everywhere. */
export const hasGaussianPosteriors = ({ model: { density } }: Subject): boolean =>
  density !== null && density.posterior !== null

/** Whether they are, and the prior is N(0, I). */
export const hasClosedForms = (subject: Subject): boolean =>
  hasGaussianPosteriors(subject) && subject.model.density!.hasStandardPrior

const batch = 200

/** The posteriors of all examples of a data set, `[N, Z]`. */
export const gaussiansOf = async (
  { engine, model, trained, pause }: Pick<Measured, 'engine' | 'model' | 'trained' | 'pause'>,
  data: RunDataset,
): Promise<DiagonalGaussian<number, number>> => {
  const posterior = model.density?.posterior
  if (posterior === null || posterior === undefined)
    throw new Error('Gaussian posteriors are needed, and the model has none')
  const encoder = posteriorsOf(engine, (params: HiddenTree, { examples }: RunBatch) =>
    posterior(params)(valuesOf(examples)),
  )
  try {
    return await encoder.run(
      trained.params,
      evaluationBatches(data, Math.min(batch, exampleCount(data))),
      () => pause(0),
    )
  } finally {
    encoder.close()
  }
}
