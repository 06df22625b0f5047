import type { Key } from '@vae/tensor'
import { describeData, type RunDataset } from '../data.ts'
import type { HiddenTree, RunModel } from '../models/run-model.ts'
import { type Studio, trainingData } from '../models/samplers.ts'
import type { RunConfig } from '../run/config.ts'
import type { Drawing } from './drawing.ts'
import { imageGallery } from './images.ts'
import { viewsOf } from './views.ts'

/** Pictures of what a model has learned. */
export interface Gallery {
  /** The first `count` examples and what the model makes of them. */
  readonly reconstructions: (data: RunDataset, count: number) => Drawing
  /** `count` new examples; where they are images, in rows of `columns`. */
  readonly samples: (key: Key, count: number, columns: number) => Drawing
  /** What else there is to see of this model on these data. */
  readonly others: (data: RunDataset) => readonly Drawing[]
}

/** Whether pictures of these data and of this model need the training examples. */
export const needsTrainingData = (config: RunConfig, { sampler }: RunModel): boolean =>
  sampler.needsTrainingData || !describeData(config.data.name).isImages

/** The pictures of a trained model. */
export const galleryOf = async (
  config: RunConfig,
  model: RunModel,
  studio: Studio<HiddenTree, HiddenTree>,
): Promise<Gallery> => {
  const { shape, isImages } = describeData(config.data.name)
  const views = viewsOf(model, studio)
  const { words } = model.sampler
  // The plotting library is loaded when it is needed: it takes longer to load than the rest.
  const gallery = isImages
    ? imageGallery(shape as readonly [number, number, number], views, words)
    : (await import('./points.ts')).pointGallery(views, words, trainingData(studio))
  if (views.codes === null) return gallery
  const { codebookDrawing } = await import('./codebook.ts')
  const { codes } = views
  return {
    ...gallery,
    others: (data) => [...gallery.others(data), codebookDrawing(codes(data, 10_000))],
  }
}
