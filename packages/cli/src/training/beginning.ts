import { compileWith, type Engine } from '@vae/autograd'
import { firstExamples } from '@vae/data'
import { markParameters, ones, split } from '@vae/tensor'
import { onHost } from '@vae/train'
import * as E from 'fp-ts/lib/Either.js'
import type { RunDataset } from '../data.ts'
import type { Failure } from '../failure.ts'
import { sentenceOf } from '../models/registry.ts'
import { beginningOf, type RunModel, type RunProgress } from '../models/run-model.ts'

/**
 * The beginning of a training: random numbers, and in place of some of them what the model finds in the first training
 * examples, such as a codebook by k-means. A pure function of the seed and the examples; a failure says that there are too
 * few of them.
 */
export const beginTraining = (
  engine: Engine,
  model: RunModel,
  seed: number,
  train: RunDataset,
): E.Either<Failure, RunProgress> => {
  const start = beginningOf(model, seed)
  const { fit } = model
  if (fit === null) return E.right(start)
  const examples = firstExamples(fit.examples)(train)
  const [now, rest] = split(start.training.key)
  const apply = compileWith(engine)(fit.apply)
  try {
    const { params, modelState: state } = start.training
    const batch = { examples, weights: ones([examples.shape[0]]) }
    const fitted = onHost(apply({ params, state }, batch, now))
    return E.right({
      ...start,
      training: {
        ...start.training,
        params: markParameters(fitted.params),
        modelState: fitted.state,
        key: rest,
      },
    })
  } catch (error) {
    return E.left(sentenceOf(error))
  } finally {
    apply.close()
  }
}
