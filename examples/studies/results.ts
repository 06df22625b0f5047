import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the runs of a long study gave, one file each beside its page: a run may be made again, or later, by itself. */
export interface Results<R> {
  readonly write: (run: string, result: R) => Promise<void>
  /** What a run gave; null if it was not made yet. */
  readonly read: (run: string) => Promise<R | null>
}

/** The results in a folder. Whoever reads there gets what the same study wrote: that it is an R is what the study says. */
export const resultsIn = async <R>(folder: string): Promise<Results<R>> => {
  await mkdir(folder, { recursive: true })
  const fileOf = (run: string): string => join(folder, `${run}.json`)
  return {
    write: (run, result) => writeFile(fileOf(run), `${JSON.stringify(result, null, 2)}\n`),
    read: (run) =>
      readFile(fileOf(run), 'utf8').then(
        (text) => JSON.parse(text) as R,
        () => null,
      ),
  }
}
