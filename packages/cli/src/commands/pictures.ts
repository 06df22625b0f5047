import { dirname, join } from 'node:path'
import { encodePng } from '@vae/data'
import { makeFolder, writeFileAtomic } from '@vae/data/node'
import { key } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readSameDigits } from '../digits.ts'
import { type EngineName, startEngine } from '../engine.ts'
import { type Failure, refusable } from '../failure.ts'
import { modelOf } from '../model.ts'
import { type Picture, sheetsOf } from '../pictures/sheets.ts'
import { loadRun } from '../run/load.ts'
import { typed } from '../training/finish.ts'

/** What `vae sample` was asked for. */
export interface SampleOptions {
  readonly count: number
  readonly seed: number
  readonly out?: string
  readonly engine?: EngineName
  readonly threads?: number
}

/** What `vae reconstruct` was asked for. */
export interface ReconstructOptions {
  readonly count: number
  readonly out?: string
  readonly data?: string
  readonly engine?: EngineName
  readonly threads?: number
}

const writePicture = (file: string, what: string, picture: Picture): TE.TaskEither<Failure, number> =>
  pipe(
    makeFolder(dirname(file)),
    TE.flatMap(() => writeFileAtomic(file, encodePng(picture))),
    TE.map(() => {
      process.stdout.write(`wrote ${what} to ${typed(file)}\n`)
      return 0
    }),
  )

/** The trained model of a run with an engine, ready to draw. */
const loadSheets = (folder: string, { engine, threads }: SampleOptions | ReconstructOptions) =>
  pipe(
    TE.Do,
    TE.bindW('run', () => loadRun(folder)),
    TE.bindW('engine', ({ run }) => startEngine(engine ?? run.config.engine.name, threads)),
    TE.let('sheets', ({ run, engine }) =>
      sheetsOf(engine, modelOf(run.config), run.progress.training.params),
    ),
  )

/** `vae sample`: a picture of digits decoded from samples of the prior. */
export const sampleCommand = (folder: string, options: SampleOptions): TE.TaskEither<Failure, number> =>
  pipe(
    loadSheets(folder, options),
    TE.flatMap(({ sheets }) =>
      refusable(() => sheets.samples(options.count, key(options.seed), Math.ceil(Math.sqrt(options.count)))),
    ),
    TE.flatMap((picture) =>
      writePicture(
        options.out ?? join(folder, `samples-seed-${options.seed}.png`),
        `${options.count} ${options.count === 1 ? 'sample' : 'samples'}`,
        picture,
      ),
    ),
  )

/** `vae reconstruct`: a picture of test images with their reconstructions. */
export const reconstructCommand = (
  folder: string,
  options: ReconstructOptions,
): TE.TaskEither<Failure, number> =>
  pipe(
    loadSheets(folder, options),
    TE.bindW('digits', ({ run }) => readSameDigits(run.config.data, options.data ?? null)),
    TE.bindW('picture', ({ sheets, digits }) =>
      refusable(() => sheets.reconstructions(digits.test, options.count)),
    ),
    TE.flatMap(({ run, picture }) => {
      const count = Math.min(options.count, run.config.data.testImages)
      return writePicture(
        options.out ?? join(folder, `reconstructions-${count}.png`),
        `${count} test ${count === 1 ? 'image' : 'images'} and their reconstructions`,
        picture,
      )
    }),
  )
