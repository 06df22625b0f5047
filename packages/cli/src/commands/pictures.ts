import { dirname, extname, join } from 'node:path'
import { makeFolder, writeFileAtomic } from '@vae/data/node'
import { key } from '@vae/tensor'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describeData, type RunData, readSameData } from '../data.ts'
import { type EngineName, startEngine } from '../engine.ts'
import { type Failure, failure, refusable } from '../failure.ts'
import { bytesOf, type Drawing } from '../pictures/drawing.ts'
import { galleryOf, needsTrainingData } from '../pictures/gallery.ts'
import { loadRun, type StoredRun } from '../run/load.ts'
import { typed } from '../training/finish.ts'

interface PictureOptions {
  readonly count: number
  readonly out?: string
  readonly folder?: string
  readonly engine?: EngineName
  readonly threads?: number
}

/** What `vae sample` was asked for. */
export interface SampleOptions extends PictureOptions {
  readonly seed: number
}

/** What `vae reconstruct` was asked for. */
export type ReconstructOptions = PictureOptions

/** Refuses the name of a file of another kind than the picture has. */
const checkEnding = (file: string, { content: { type } }: Drawing): TE.TaskEither<Failure, void> => {
  const ending = extname(file).toLowerCase()
  return (ending === '.png' || ending === '.svg') && ending !== `.${type}`
    ? TE.left(failure(`--out: expected a name that ends with .${type} for this run, got ${file}`))
    : TE.right(undefined)
}

const writeDrawing = (
  options: PictureOptions,
  otherwise: string,
  what: string,
  from: string,
  drawing: Drawing,
): TE.TaskEither<Failure, number> => {
  const file = options.out ?? `${otherwise}.${drawing.content.type}`
  return pipe(
    checkEnding(file, drawing),
    TE.flatMap(() => makeFolder(dirname(file))),
    TE.flatMap(() => writeFileAtomic(file, bytesOf(drawing))),
    TE.map(() => {
      process.stdout.write(`wrote ${what} to ${typed(file)}${from}\n`)
      return 0
    }),
  )
}

/** The pictures of a trained run, with an engine, and with the training data where drawing samples needs them. */
const loadGallery = ({ engine, threads }: PictureOptions, data: RunData | null, run: StoredRun) =>
  pipe(
    startEngine(engine ?? run.config.engine.name, threads),
    TE.flatMap((started) =>
      refusable(() => {
        const { params, modelState: state } = run.progress.training
        return galleryOf(run.config, run.model, {
          engine: started,
          trained: { params, state },
          train: data?.train ?? null,
        })
      }),
    ),
  )

/** `vae sample`: a picture of new examples. */
export const sampleCommand = (folder: string, options: SampleOptions): TE.TaskEither<Failure, number> =>
  pipe(
    TE.Do,
    TE.bindW('run', () => loadRun(folder)),
    TE.bindW('data', ({ run }) =>
      needsTrainingData(run.config, run.model)
        ? readSameData(run.config.data, options.folder)
        : TE.right<Failure, RunData | null>(null),
    ),
    TE.bindW('gallery', ({ run, data }) => loadGallery(options, data, run)),
    TE.bindW('drawing', ({ gallery }) =>
      refusable(() => gallery.samples(key(options.seed), options.count, Math.ceil(Math.sqrt(options.count)))),
    ),
    TE.flatMap(({ run, drawing }) =>
      writeDrawing(
        options,
        join(folder, `samples-seed-${options.seed}`),
        `${options.count} ${options.count === 1 ? 'sample' : 'samples'}`,
        `: ${run.model.sampler.words}`,
        drawing,
      ),
    ),
  )

/** `vae reconstruct`: a picture of test examples with their reconstructions. */
export const reconstructCommand = (
  folder: string,
  options: ReconstructOptions,
): TE.TaskEither<Failure, number> =>
  pipe(
    TE.Do,
    TE.bindW('run', () => loadRun(folder)),
    TE.bindW('data', ({ run }) => readSameData(run.config.data, options.folder)),
    TE.bindW('gallery', ({ run, data }) => loadGallery(options, data, run)),
    TE.bindW('drawing', ({ gallery, data }) =>
      refusable(() => gallery.reconstructions(data.test, options.count)),
    ),
    TE.flatMap(({ run, drawing }) => {
      const { noun } = describeData(run.config.data.name)
      const count = Math.min(options.count, run.config.data.testExamples)
      return writeDrawing(
        options,
        join(folder, `reconstructions-${count}`),
        `${count} test ${count === 1 ? noun : `${noun}s`} and their reconstructions`,
        '',
        drawing,
      )
    }),
  )
