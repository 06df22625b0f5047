import { type Dataset, exampleCount, firstExamples } from '@vae/data'
import { frechetOfFeatures } from '@vae/metrics'
import { valuesOf } from '@vae/models'
import { split, type Tensor, tensor } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { count } from '../display/text.ts'
import { samplesAtOnce } from '../models/samplers.ts'
import { valueOnly } from './figure.ts'
import { keys } from './keys.ts'
import type { Measured, Metric } from './metric.ts'
import { ownClassifier } from './own-classifier.ts'

/** Images that are compared, at most. */
const mostImages = 10_000

/** The data that have the labels which the classifier learns. */
const labelledData: readonly string[] = ['mnist', 'fashion-mnist']

/** Bytes of images; which data have labels decides that they are. */
const asImages = (data: RunDataset): Dataset<number[]> => data as Dataset<number[]>

/** `images` new images of the model, `[N, …]`. */
const sampled = async (
  { engine, trained, model, data, description, pause }: Measured,
  images: number,
): Promise<Tensor<[number, ...number[]]>> => {
  const draw = model.sampler.start({ engine, trained, train: data.train })
  const pixels = description.shape.reduce((product, length) => product * length, 1)
  const all = new Float32Array(images * pixels)
  let [now, rest] = split(keys.samples)
  for (let drawn = 0; drawn < images; drawn += samplesAtOnce) {
    all.set(draw(now).data.subarray(0, Math.min(samplesAtOnce, images - drawn) * pixels), drawn * pixels)
    ;[now, rest] = split(rest)
    await pause(0.7 + (0.3 * drawn) / images)
  }
  return tensor([images, ...description.shape], all)
}

/** How far samples are from test images, in features of a classifier. */
export const frechetFeatures: Metric = {
  name: 'frechet-features',
  description:
    'the squared Fréchet distance between samples and test images, in features of a small classifier that is trained first (mnist, fashion-mnist)',
  appliesTo: ({ description, testExamples }) => labelledData.includes(description.name) && testExamples > 1,
  measure: async (measured) => {
    const { engine, data, description, show } = measured
    const train = asImages(data.train)
    const test = asImages(data.test)
    const classifier = await ownClassifier(engine, train, description.shape, (share) => show(0.7 * share))
    try {
      const images = Math.min(mostImages, exampleCount(test))
      const first = (of: RunDataset, n: number) => classifier.featuresOf(valuesOf(firstExamples(n)(of)))
      const real = first(test, images)
      const learned = Math.min(images, exampleCount(train))
      const unit = (n: number): string =>
        `squared, features of this project's own classifier: compare only among themselves, ${count(n)} images`
      return [
        {
          name: 'frechetOfSamples',
          title: 'Fréchet distance of samples to test images',
          unit: unit(images),
          ...valueOnly(frechetOfFeatures(classifier.featuresOf(await sampled(measured, images)), real)),
        },
        ...(learned < 2
          ? []
          : [
              {
                name: 'frechetOfTraining',
                title: 'Fréchet distance of training to test images',
                unit: unit(learned),
                ...valueOnly(frechetOfFeatures(first(train, learned), real)),
              },
            ]),
        {
          name: 'classifierAccuracy',
          title: 'accuracy of that classifier',
          unit: `% of ${count(exampleCount(test))} test images`,
          ...valueOnly(100 * classifier.accuracy(test)),
        },
      ]
    } finally {
      classifier.close()
    }
  },
}
