import { compileWith, type Engine } from '@vae/autograd'
import { type Dataset, firstExamples, labelled } from '@vae/data'
import { classifier, intensities, mlp } from '@vae/models'
import { argmax, type Tensor } from '@vae/tensor'
import * as O from 'fp-ts/lib/Option.js'
import type { Parts } from './digits.ts'
import { trained } from './training.ts'

const [pixels, classes, epochs] = [784, 10, 2] as const

/** How many numbers the classifier makes of an image before it decides. */
export const classifierFeatures = 64

const model = classifier(mlp([pixels], [128, classifierFeatures]), classes)
type Params = ReturnType<typeof model.init>['params']

const withLabels = <A>({ name }: Dataset<[typeof pixels]>, found: O.Option<A>): A => {
  if (O.isNone(found)) throw new Error(`${name} has no labels to learn`)
  return found.value
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
    data: withLabels(train, labelled(train)),
    init: model.init,
    objective: model.objective,
    hyper: () => ({}),
    epochs,
    seed: 3,
  })
  const classOf = compileWith(engine)((p: Params, x: Tensor<[number, typeof pixels]>) =>
    argmax(model.logits(p)(x), 1),
  )
  const labels = withLabels(test, test.labels).data
  const named = classOf(params, intensities(firstExamples(labels.length)(test))).data
  classOf.close()
  const featuresOf = compileWith(engine)((p: Params, x: Tensor<[number, typeof pixels]>) =>
    model.featuresOf(p)(x),
  )
  return {
    accuracy: labels.filter((label, index) => label === named[index]).length / labels.length,
    features: (images) => featuresOf(params, images),
  }
}
