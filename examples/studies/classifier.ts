import { compileWith, type Engine } from '@vae/autograd'
import { type Dataset, exampleCount, firstExamples, renderedExamples } from '@vae/data'
import { type Batch, intensities, linear, mlp, weightedMean } from '@vae/models'
import {
  argmax,
  cast,
  type Key,
  logSoftmax,
  markParameters,
  mul,
  neg,
  oneHot,
  slice,
  split,
  squeeze,
  sum,
  type Tensor,
} from '@vae/tensor'
import * as O from 'fp-ts/lib/Option.js'
import type { Parts } from './digits.ts'
import { trained } from './training.ts'

const [pixels, classes, epochs] = [784, 10, 2] as const

/** How many numbers the classifier makes of an image before it decides. */
export const classifierFeatures = 64

const body = mlp([pixels], [128, classifierFeatures])
const head = linear(classifierFeatures, classes)

const initial = (from: Key) => {
  const [forBody, forHead] = split(from)
  return { params: markParameters({ body: body.init(forBody), head: head.init(forHead) }), state: {} }
}
type Params = ReturnType<typeof initial>['params']

const logits =
  (params: Params) =>
  <B extends number>(x: Tensor<[B, typeof pixels]>) =>
    head.apply(params.head)(body.apply(params.body)(x))

const labelsOf = ({ name, labels }: Dataset<[typeof pixels]>): Uint8Array => {
  if (O.isNone(labels)) throw new Error(`${name} has no labels to learn`)
  return labels.value.data
}

/** Images with their labels as one more byte. */
const labelled = (dataset: Dataset<[typeof pixels]>): Dataset<[785]> => {
  const labels = labelsOf(dataset)
  return {
    ...dataset,
    examples: renderedExamples({
      count: exampleCount(dataset),
      shape: [785],
      dtype: 'u8',
      render: (index, target, offset) => {
        target.set(dataset.examples.gather([index]).data, offset)
        target[offset + pixels] = labels[index]!
      },
    }),
  }
}

/** Cross-entropy in nats. */
const objective =
  () =>
  <B extends number>(params: Params, state: object, { examples, weights }: Batch<B, [785]>) => {
    const x = intensities(slice(examples, 1, 0, pixels))
    const label = squeeze(slice(examples, 1, pixels, 785), [1])
    const crossEntropy = neg(
      sum(mul(logSoftmax(logits(params)(x), 1), oneHot(cast(label, 'i32'), classes)), [1]),
    )
    return { loss: weightedMean(crossEntropy, weights), terms: { crossEntropy }, state }
  }

/** A small classifier of digits, for what its last hidden layer makes of images. */
export interface Classifier {
  /** The share of the test images that it names rightly. */
  readonly accuracy: number
  /** Images of intensities as the numbers of its last hidden layer, `[N, 64]`. */
  readonly features: (images: Tensor<[number, typeof pixels]>) => Tensor<[number, typeof classifierFeatures]>
}

/** Trains the classifier. */
export const classifierOf = async (
  engine: Engine,
  { train, test }: Parts<[typeof pixels]>,
): Promise<Classifier> => {
  const { params } = await trained({
    engine,
    data: labelled(train),
    init: initial,
    objective,
    hyper: () => ({}),
    epochs,
    seed: 3,
  })
  const classOf = compileWith(engine)((p: Params, x: Tensor<[number, typeof pixels]>) =>
    argmax(logits(p)(x), 1),
  )
  const labels = labelsOf(test)
  const named = classOf(params, intensities(firstExamples(labels.length)(test))).data
  classOf.close()
  const featuresOf = compileWith(engine)((p: Params, x: Tensor<[number, typeof pixels]>) =>
    body.apply(p.body)(x),
  )
  return {
    accuracy: labels.filter((label, index) => label === named[index]).length / labels.length,
    features: (images) => featuresOf(params, images),
  }
}
