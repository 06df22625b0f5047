import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type DataError, dataError } from '../error.ts'
import { reasonOf } from './reason.ts'

/** Makes a new file with `contents` that is on the disk, not only in the system's cache, when this resolves. */
const writeSynced = async (path: string, contents: Uint8Array | string): Promise<void> => {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(contents)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a rename within `folder` durable. Some systems cannot sync a folder; the rename is atomic all the same. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/**
 * Writes a file so that its path holds either what was there before or all of `contents`, whatever happens in
 * between: under a temporary name in the same folder, synced to the disk, renamed. If that fails, the temporary
 * file is removed. Never rejects: a `DataError` names the path and the reason, for example `cannot write
 * runs/a/report.html: the disk is full (ENOSPC)`.
 *
 * @example
 * ```ts
 * await writeFileAtomic(`${folder}/digit.png`, encodePng(digit))() // → right(undefined)
 * ```
 */
export const writeFileAtomic = (
  path: string,
  contents: Uint8Array | string,
): TE.TaskEither<DataError, void> =>
  TE.tryCatch(
    async () => {
      const folder = dirname(path)
      const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`)
      try {
        await writeSynced(temporary, contents)
        await rename(temporary, path)
      } catch (error) {
        // What went wrong first is what the caller has to know, so a failure to clean up stays silent.
        await rm(temporary, { force: true }).catch(() => undefined)
        throw error
      }
      await syncFolder(folder)
    },
    (error) => dataError(`cannot write ${path}: ${reasonOf(error)}`, path),
  )
