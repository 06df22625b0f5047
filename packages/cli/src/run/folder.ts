import { readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '@vae/data/node'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, failure } from '../failure.ts'

/** The files of a run. */
export const runFiles = (folder: string) =>
  ({
    config: join(folder, 'config.json'),
    checkpoint: join(folder, 'checkpoint.safetensors'),
    metrics: join(folder, 'metrics.jsonl'),
    evaluation: join(folder, 'evaluation.json'),
    report: join(folder, 'report.html'),
  }) as const

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

/** The names in a folder; none if it is not there. */
const namesIn = (folder: string): TE.TaskEither<Failure, readonly string[]> =>
  pipe(
    TE.tryCatch(
      (): Promise<readonly string[]> => readdir(folder),
      (error) => codeOf(error),
    ),
    TE.orElse((code) =>
      code === 'ENOENT'
        ? TE.right([])
        : TE.left(
            failure(
              `cannot use ${folder} as a folder for runs: ${code === 'ENOTDIR' ? 'it is not a folder' : code}`,
            ),
          ),
    ),
  )

/** The first of `mnist-vae-1`, `mnist-vae-2`, … that is higher than all in use. */
export const nextName = (taken: readonly string[], stem: string): string => {
  const numbers = taken.flatMap((name) => {
    const match = /^(.*)-(\d{1,9})$/.exec(name)
    return match?.[1] === stem ? [Number(match[2])] : []
  })
  return `${stem}-${Math.max(0, ...numbers) + 1}`
}

/** A name that no run in `folder` has yet. */
export const freeName = (folder: string, stem: string): TE.TaskEither<Failure, string> =>
  pipe(
    namesIn(folder),
    TE.map((taken) => nextName(taken, stem)),
  )

/** Makes a new folder for a run. Refuses one that holds anything: nothing is overwritten. */
export const makeRunFolder = (folder: string): TE.TaskEither<Failure, void> =>
  pipe(
    namesIn(folder),
    TE.flatMap((names) =>
      names.length === 0
        ? makeFolder(folder)
        : TE.left(
            failure(
              names.includes('config.json')
                ? `${folder} is a run already: continue it with vae resume ${folder}, or choose another --name`
                : `${folder} is not empty: choose another --name or --out`,
            ),
          ),
    ),
  )

/** Removes a folder if it is empty, after a run could not start. */
export const removeIfEmpty = (folder: string): Promise<void> => rmdir(folder).catch(() => undefined)
