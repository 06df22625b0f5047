import { setImmediate as turn } from 'node:timers/promises'
import { compileWith, type Engine } from '@vae/autograd'
import { type Dataset, epochOrder, exampleCount, firstExamples, labelled, trainingBatches } from '@vae/data'
import { classifier, intensities, mlp } from '@vae/models'
import { argmax, type Key, type Tensor, type TensorOf, tensor } from '@vae/tensor'
import { adam, onHost, startOf, train, trainingStep } from '@vae/train'
import * as O from 'fp-ts/lib/Option.js'
import { Refusal } from '../failure.ts'

/** A small classifier of the images of a run, which the evaluation trains itself. */

/** Numbers that it makes of an image before it decides. */
const features = 64

const [classes, epochs, mostPerStep, learningRate, seed] = [10, 2, 128, 1e-3, 3] as const

/** A classifier that is trained. */
export interface OwnClassifier {
  /** The share of images of a data set with labels that it names rightly. */
  readonly accuracy: (data: Dataset<number[]>) => number
  /** Images of intensities, `[N, …]` → `[N, 64]`. */
  readonly featuresOf: (images: Tensor<[number, ...number[]]>) => Tensor<[number, number]>
  readonly close: () => void
}

/** Trains a classifier of images with labels. */
export const ownClassifier = async (
  engine: Engine,
  data: Dataset<number[]>,
  shape: readonly number[],
  show: (share: number) => void,
): Promise<OwnClassifier> => {
  const model = classifier(mlp([...shape], [mostPerStep, features]), classes)
  type Params = ReturnType<typeof model.init>['params']
  const rows = labelled(data)
  if (O.isNone(rows)) throw new Error(`${data.name} has no labels to learn`)
  const optimizer = adam<Params>()
  const batch = Math.min(mostPerStep, exampleCount(data))
  const events = train(
    {
      engine,
      step: trainingStep(model.objective, optimizer),
      batches: (order: Key) => trainingBatches(rows.value, epochOrder(order, exampleCount(data)), batch),
      hyper: () => ({ learningRate: tensor([], [learningRate]) }),
      epochs,
      pause: () => turn(),
    },
    startOf(seed, model.init, optimizer),
  )
  let params: Params | null = null
  for await (const event of events) {
    if (event.type === 'diverged') throw new Refusal(`the classifier of features: ${event.message}`)
    if (event.type === 'step') show((event.epoch - 1 + event.done / event.steps) / epochs)
    if (event.type === 'epoch') params = onHost(event.progress.training.params)
  }
  const trained = params!
  const classOf = compileWith(engine)((p: Params, x: Tensor<[number, ...number[]]>) =>
    argmax(model.logits(p)(x), 1),
  )
  const featuresOf = compileWith(engine)((p: Params, x: Tensor<[number, ...number[]]>) =>
    model.featuresOf(p)(x),
  )
  return {
    accuracy: (tested) => {
      const labels = O.isSome(tested.labels) ? tested.labels.value.data : []
      const x: TensorOf<[number, ...number[]], 'u8'> = firstExamples(labels.length)(tested)
      const { data: named } = classOf(trained, intensities(x))
      return [...labels].filter((label, index) => label === named[index]).length / labels.length
    },
    featuresOf: (images) => featuresOf(trained, images),
    close: () => {
      classOf.close()
      featuresOf.close()
    },
  }
}
