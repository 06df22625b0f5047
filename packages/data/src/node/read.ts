import { readFile } from 'node:fs/promises'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type DataError, dataError } from '../error.ts'
import { plainBytes } from './plain-bytes.ts'
import { errorCode, reasonOf } from './reason.ts'

const read = (path: string): TE.TaskEither<unknown, Uint8Array> =>
  TE.tryCatch(
    async () => plainBytes(await readFile(path)),
    (error) => error,
  )

const cannotRead =
  (path: string) =>
  (error: unknown): DataError =>
    dataError(`cannot read ${path}: ${reasonOf(error)}`, path)

/**
 * Reads a whole file. Never rejects: a `DataError` names the path and the reason, for example `cannot read
 * runs/a/config.json: there is no such file or folder (ENOENT)`.
 *
 * @example
 * ```ts
 * await readFileEither(`${folder}/train-labels-idx1-ubyte`)() // Either<DataError, Uint8Array>
 * ```
 */
export const readFileEither = (path: string): TE.TaskEither<DataError, Uint8Array> =>
  pipe(read(path), TE.mapLeft(cannotRead(path)))

/**
 * Reads a whole file if it is there. Never rejects: any other reason than a missing file is a `DataError`.
 *
 * @example
 * ```ts
 * await readFileIfPresent(`${folder}/train-labels-idx1-ubyte.gz`)() // → right(none)
 * ```
 */
export const readFileIfPresent = (path: string): TE.TaskEither<DataError, O.Option<Uint8Array>> =>
  pipe(
    read(path),
    TE.map(O.some),
    TE.orElse((error) =>
      errorCode(error) === 'ENOENT' ? TE.right(O.none) : TE.left(cannotRead(path)(error)),
    ),
  )
