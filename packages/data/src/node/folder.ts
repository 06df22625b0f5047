import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type DataError, dataError } from '../error.ts'
import { errorCode, reasonOf } from './reason.ts'

const makeOne = async (path: string): Promise<void> => {
  try {
    await mkdir(path)
  } catch (error) {
    const found = await stat(path).catch(() => undefined)
    if (!found?.isDirectory()) throw error
  }
}

/** As `mkdir` with `recursive`, which would report a read-only file system as a missing folder. */
const make = async (path: string): Promise<void> => {
  try {
    await makeOne(path)
  } catch (error) {
    const above = dirname(path)
    if (errorCode(error) !== 'ENOENT' || above === path) throw error
    await make(above)
    await makeOne(path)
  }
}

/**
 * Makes a folder and those above it, unless they are there already. Never rejects: a `DataError` names the path
 * and the reason.
 *
 * @example
 * ```ts
 * await makeFolder(`${folder}/runs/a`)() // → right(undefined)
 * ```
 */
export const makeFolder = (path: string): TE.TaskEither<DataError, void> =>
  TE.tryCatch(
    () => make(path),
    (error) => dataError(`cannot make the folder ${path}: ${reasonOf(error)}`, path),
  )
