import { evaluationBatches, exampleCount } from '@vae/data'
import { importanceSampledNll, type LogLikelihoodEstimate } from '@vae/metrics'
import { valuesOf } from '@vae/models'
import type { Key, Tensor } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { count } from '../display/text.ts'
import type { HiddenTree, LatentDensity, RunBatch } from '../models/run-model.ts'
import { keys } from './keys.ts'
import type { Measured, Subject } from './metric.ts'
import { type Work, workOf } from './work.ts'

/** What log p(x) of the test examples is measured with. */

/** Whether the model has a p(x) to estimate. */
export const hasLikelihood = ({ model: { density } }: Subject): boolean =>
  density !== null && density.likelihood !== 'not normalised'

/** The densities of a model that has them. */
export const densityOf = ({ model: { density } }: Pick<Subject, 'model'>): LatentDensity<HiddenTree> => {
  if (density === null) throw new Error('densities are needed, and the model has none')
  return density
}

/** What one log-weight takes. */
export const workFor = ({ model, description }: Subject): Work =>
  workOf(model, densityOf({ model }), description.shape)

/** Numbers of one layer that are in memory at once: 16 MB. */
const mostNumbers = 4e6

/** Latents that are decoded at once: enough for the kernels, and few enough for the caches. */
const mostRows = 2000

/** Samples of one example at once: so many that encoding it anew for each chunk costs nothing. */
const mostSamples = 100

/** How `samples` of each of `examples` are cut into batches and chunks that fit into memory. */
export const chunksFor = (
  { numbers }: Pick<Work, 'numbers'>,
  examples: number,
  samples: number,
): { readonly batch: number; readonly chunk: number } => {
  const rows = Math.max(1, Math.min(mostRows, Math.floor(mostNumbers / numbers)))
  const chunk = Math.min(samples, mostSamples, rows)
  return { chunk, batch: Math.max(1, Math.min(examples, Math.floor(rows / chunk))) }
}

/** log p(x) of all examples of a data set by importance sampling. */
export const sampledNll = async (
  { engine, trained, samples, ...measured }: Measured,
  data: RunDataset,
  pause: (share: number) => Promise<void>,
  cut = chunksFor(workFor({ ...measured }), exampleCount(data), samples),
): Promise<LogLikelihoodEstimate> => {
  const density = densityOf(measured)
  const { batch, chunk } = cut
  const batches = evaluationBatches(data, batch)
  const estimator = importanceSampledNll(engine, {
    // The encoder runs with each chunk, as its posterior is no tree of tensors for every family.
    encode: (_params: HiddenTree, { examples }: RunBatch) => valuesOf(examples),
    logWeights: (params, _batch, x: Tensor<[number, ...number[]]>, key: Key) =>
      density.logWeights(params)(x, key, chunk),
  })
  try {
    return await estimator.run(trained.params, batches, {
      samples,
      key: keys.importance,
      pause: (done) => pause((done.batches + done.samples / samples) / batches.count),
    })
  } finally {
    estimator.close()
  }
}

/** `1,000 samples each`. */
export const samplesWords = (samples: number): string =>
  samples === 1 ? 'by 1 sample each' : `by ${count(samples)} samples each`

/** `10,000 images`, `1 example`. */
export const examplesWords = (examples: number, noun: string): string =>
  `${count(examples)} ${examples === 1 ? noun : `${noun}s`}`
