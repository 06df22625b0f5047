import { createRequire } from 'node:module'
import { binarise, type Dataset, exampleCount, inMemory, type Splits } from '@vae/data'
import { type DatasetName, datasets } from '@vae/data/node'
import { key, split } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, failure } from './failure.ts'
import type { DataSettings } from './run/config.ts'

/** Examples of a shape that the run knows. */
export type RunDataset = Dataset<number[], 'u8' | 'f32'>

/** What a run learns from, and what it is judged on. */
export type RunData = Splits<number[], 'u8' | 'f32'>

/** The names of the datasets. */
export const datasetNames = ['mnist', 'fashion-mnist', 'dsprites', 'mixture'] as const satisfies DatasetName[]

/** What is known of a dataset before it is loaded. */
export interface DataDescription {
  readonly name: DatasetName
  readonly title: string
  /** The shape of an example. */
  readonly shape: readonly number[]
  readonly dtype: 'u8' | 'f32'
  readonly isImages: boolean
  /** What an example is called: image or example. */
  readonly noun: string
}

/** A dataset by its name. */
export const describeData = (name: DatasetName): DataDescription => {
  const { title, shape, dtype, values } = datasets[name]
  const isImages = values === 'intensities'
  return { name, title, shape, dtype, isImages, noun: isImages ? 'image' : 'example' }
}

/** How pixels become black and white: once and for all, or anew in every step, or not at all. */
export const binarisations = ['none', 'static', 'dynamic'] as const

/** What decides which examples a run sees. */
export type DataSource = Pick<DataSettings, 'name' | 'folder' | 'limit' | 'binarise'>

/** The key of static binarisation: the same images for every run. */
const binarisationKey = key(2 ** 53 - 3)

const binarised = (data: Splits<number[], 'u8'>): Splits<number[], 'u8'> => {
  const [forTrain, forTest] = split(binarisationKey)
  return {
    train: pipe(data.train, binarise(forTrain), inMemory),
    test: pipe(data.test, binarise(forTest), inMemory),
  }
}

const resolve = createRequire(import.meta.url).resolve

/** The examples of a run: at most `limit` of each split, from a folder or where the dataset comes from by itself. */
export const readData = ({ name, folder, limit, binarise }: DataSource): TE.TaskEither<Failure, RunData> => {
  if (name === 'mixture') return datasets.mixture.load({ folder, limit })
  // dSprites are black and white already.
  if (name === 'dsprites') return datasets.dsprites.load({ folder, limit })
  const loaded = datasets[name].load({ folder, limit, resolve })
  return binarise === 'static' ? pipe(loaded, TE.map(binarised)) : loaded
}

/** The data that a run was configured with; refuses a folder with other numbers of examples. */
export const readSameData = (
  data: DataSettings,
  folder: string | undefined,
): TE.TaskEither<Failure, RunData> => {
  const { noun } = describeData(data.name)
  return pipe(
    readData({ ...data, folder: folder ?? data.folder }),
    TE.filterOrElse(
      ({ train, test }) =>
        exampleCount(train) === data.trainExamples && exampleCount(test) === data.testExamples,
      ({ train, test }) =>
        failure(
          `the run was made with ${data.trainExamples} training and ${data.testExamples} test ${noun}s, ` +
            `the data has ${exampleCount(train)} and ${exampleCount(test)}`,
        ),
    ),
  )
}
