import { createRequire } from 'node:module'
import { type Dataset, exampleCount, flattenExamples, take } from '@vae/data'
import { mnistPackageFolder, readMnist } from '@vae/data/node'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, failure } from './failure.ts'

/** Pixels of a digit: 28 × 28. */
export const side = 28
export const pixels = 784

/** The two splits, images as rows of 784 bytes. */
export interface Digits {
  readonly train: Dataset<[784]>
  readonly test: Dataset<[784]>
}

/** The digits of a folder, or of the installed package where `folder` is null; at most `limit` of each split. */
export const readDigits = (folder: string | null, limit: number | null): TE.TaskEither<Failure, Digits> =>
  pipe(
    folder === null
      ? TE.fromEither(mnistPackageFolder(createRequire(import.meta.url).resolve))
      : TE.right(folder),
    TE.flatMap(readMnist),
    TE.map(({ train, test }) => {
      const part = (dataset: Dataset<[1, 28, 28]>) =>
        pipe(dataset, take(limit ?? exampleCount(dataset)), flattenExamples(pixels))
      return { train: part(train), test: part(test) }
    }),
  )

/** The digits that a run was configured with; refuses a folder with other numbers of images. */
export const readSameDigits = (
  data: {
    readonly folder: string | null
    readonly limit: number | null
    readonly trainImages: number
    readonly testImages: number
  },
  folder: string | null,
): TE.TaskEither<Failure, Digits> =>
  pipe(
    readDigits(folder ?? data.folder, data.limit),
    TE.filterOrElse(
      ({ train, test }) => exampleCount(train) === data.trainImages && exampleCount(test) === data.testImages,
      ({ train, test }) =>
        failure(
          `the run was made with ${data.trainImages} training and ${data.testImages} test images, ` +
            `the data has ${exampleCount(train)} and ${exampleCount(test)}`,
        ),
    ),
  )
