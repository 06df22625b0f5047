import { join, resolve } from 'node:path'
import { exampleCount } from '@vae/data'
import { writeFileAtomic } from '@vae/data/node'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Digits, readDigits } from '../digits.ts'
import { count } from '../display/text.ts'
import { type EngineName, startEngine } from '../engine.ts'
import { type Failure, failure } from '../failure.ts'
import { beginningOf } from '../model.ts'
import { encodeConfig, type RunConfig } from '../run/config.ts'
import { freeName, makeRunFolder, removeIfEmpty, runFiles } from '../run/folder.ts'
import { sizeProblem } from '../run/size.ts'
import { version } from '../run/version.ts'
import { trainAndFinish, typed } from '../training/finish.ts'
import { writeCheckpoint } from '../training/session.ts'

/** What `vae train` was asked for. */
export interface TrainOptions {
  readonly latent: number
  readonly hidden: number
  readonly beta: number
  readonly epochs: number
  readonly batch: number
  readonly lr: number
  readonly seed: number
  readonly out: string
  readonly name?: string
  readonly data?: string
  readonly limit?: number
  readonly engine: EngineName
  readonly threads?: number
}

const configOf = (options: TrainOptions, name: string, digits: Digits, features: string): RunConfig => ({
  format: 'vae-run-1',
  name,
  model: { kind: 'mlp-vae', features: 784, hidden: options.hidden, latent: options.latent },
  data: {
    name: 'MNIST',
    folder: options.data === undefined ? null : resolve(options.data),
    limit: options.limit ?? null,
    trainImages: exampleCount(digits.train),
    testImages: exampleCount(digits.test),
  },
  training: {
    optimizer: 'adam',
    epochs: options.epochs,
    batch: options.batch,
    learningRate: options.lr,
    beta: options.beta,
    seed: options.seed,
  },
  engine: { name: options.engine, features },
  versions: { vae: version, node: process.versions.node },
})

const checkSize = ({ hidden, latent, batch }: TrainOptions): E.Either<Failure, void> => {
  const problem = sizeProblem({ features: 784, hidden, latent, batch })
  return problem === null ? E.right(undefined) : E.left(failure(problem))
}

/** Every epoch needs at least one full batch. */
const checkBatch = (batch: number, images: number): E.Either<Failure, void> =>
  images >= batch
    ? E.right(undefined)
    : E.left(
        failure(
          `--batch ${batch} is more than the ${images} training images that there are: ` +
            'choose a smaller --batch or a larger --limit',
        ),
      )

/** The folder of a new run with its beginning in it. The configuration comes last: it makes the folder a run. */
const createRun = (folder: string, config: RunConfig): TE.TaskEither<Failure, void> =>
  pipe(
    makeRunFolder(folder),
    TE.flatMap(() =>
      pipe(
        writeCheckpoint(folder, beginningOf(config), null),
        TE.flatMap(() => writeFileAtomic(runFiles(folder).config, encodeConfig(config))),
        TE.orElseFirstTaskK(() => () => removeIfEmpty(folder)),
      ),
    ),
  )

const announce = (folder: string, { model, data, engine }: RunConfig): void => {
  process.stdout.write(
    `${typed(folder)}: a VAE ${model.features}-${model.hidden}-${model.latent} on ${count(data.trainImages)} images of ` +
      `${data.name}, tested on ${count(data.testImages)}, with the ${engine.name} engine (${engine.features})\n`,
  )
}

/** `vae train`: makes a run and trains it. */
export const trainCommand = (options: TrainOptions): TE.TaskEither<Failure, number> =>
  pipe(
    TE.fromEither(checkSize(options)),
    TE.map(() => ({})),
    TE.bindW('digits', () => readDigits(options.data ?? null, options.limit ?? null)),
    TE.chainFirstEitherKW(({ digits }) => checkBatch(options.batch, exampleCount(digits.train))),
    TE.bindW('engine', () => startEngine(options.engine, options.threads)),
    TE.bindW('name', () =>
      options.name === undefined ? freeName(options.out, 'mnist-vae') : TE.right(options.name),
    ),
    TE.let('folder', ({ name }) => join(options.out, name)),
    TE.let('config', ({ name, digits, engine }) => configOf(options, name, digits, engine.features)),
    TE.chainFirstW(({ folder, config }) => createRun(folder, config)),
    TE.flatMap(({ folder, config, digits, engine }) => {
      announce(folder, config)
      return trainAndFinish({ folder, config, digits, engine, progress: beginningOf(config), lines: [] })
    }),
  )
