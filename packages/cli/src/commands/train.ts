import { join, resolve } from 'node:path'
import { exampleCount } from '@vae/data'
import { writeFileAtomic } from '@vae/data/node'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  type binarisations,
  type DataSource,
  type datasetNames,
  describeData,
  type RunData,
  readData,
} from '../data.ts'
import { count } from '../display/text.ts'
import { type EngineName, startEngine } from '../engine.ts'
import { type Failure, failure, Refusal } from '../failure.ts'
import { type ModelKind, settingsFrom, titleOf } from '../models/registry.ts'
import type { RunProgress } from '../models/run-model.ts'
import type { ModelOptions } from '../options/model-options.ts'
import { contextOf, countsOf, encodeConfig, modelOf, type RunConfig } from '../run/config.ts'
import { freeName, makeRunFolder, removeIfEmpty, runFiles } from '../run/folder.ts'
import { version } from '../run/version.ts'
import { beginTraining } from '../training/beginning.ts'
import { trainAndFinish, typed } from '../training/finish.ts'
import { writeCheckpoint } from '../training/session.ts'

/** What `vae train` was asked for. */
export interface TrainOptions extends ModelOptions {
  readonly model: ModelKind
  readonly data: (typeof datasetNames)[number]
  readonly folder?: string
  readonly binarise?: (typeof binarisations)[number]
  readonly epochs?: number
  readonly batch: number
  readonly lr: number
  readonly seed: number
  readonly out: string
  readonly name?: string
  readonly limit?: number
  readonly engine: EngineName
  readonly threads?: number
}

/** Epochs if nothing was asked for. One over the 727,280 images of dSprites takes long. */
const defaultEpochs = { mnist: 10, 'fashion-mnist': 10, dsprites: 1, mixture: 30 } as const

/** The options that say what model is trained. */
const modelOptionsOf = ({
  model,
  data,
  folder,
  binarise,
  epochs,
  batch,
  lr,
  seed,
  out,
  name,
  limit,
  engine,
  threads,
  ...options
}: TrainOptions): ModelOptions => options

const sourceOf = ({ data, folder, limit, binarise }: TrainOptions): E.Either<Failure, DataSource> => {
  const { isImages, title } = describeData(data)
  return binarise !== undefined && !isImages
    ? E.left(failure(`--binarise needs images, ${title} has none`))
    : E.right({
        name: data,
        folder: folder === undefined ? null : resolve(folder),
        limit: limit ?? null,
        binarise: binarise ?? 'none',
      })
}

/** Every epoch needs at least one full batch. */
const checkBatch = ({ batch, data: name }: TrainOptions, { train }: RunData): E.Either<Failure, void> => {
  const available = exampleCount(train)
  return available >= batch
    ? E.right(undefined)
    : E.left(
        failure(
          `--batch ${batch} is more than the ${available} training ${describeData(name).noun}s that there are: ` +
            'choose a smaller --batch or a larger --limit',
        ),
      )
}

type Settings = Pick<RunConfig, 'model' | 'data' | 'training'>

/** The settings of a run on `counts` examples with every default in its place, or why they do not fit each other. */
const settingsOf = (
  options: TrainOptions,
  source: DataSource,
  counts: ReturnType<typeof countsOf>,
): E.Either<Failure, Settings> => {
  const epochs = options.epochs ?? defaultEpochs[options.data]
  const steps = epochs * Math.max(1, Math.floor(counts.trainExamples / options.batch))
  try {
    return E.right({
      model: settingsFrom(options.model, modelOptionsOf(options), describeData(options.data), steps),
      data: { ...source, ...counts },
      training: {
        optimizer: 'adam',
        epochs,
        batch: options.batch,
        learningRate: options.lr,
        seed: options.seed,
      },
    })
  } catch (error) {
    if (error instanceof Refusal) return E.left(failure(error.message))
    throw error
  }
}

/** Whether there can be such a model at all, before any data is read. */
const checkModel = (options: TrainOptions, source: DataSource): E.Either<Failure, void> =>
  pipe(
    settingsOf(options, source, { trainExamples: options.batch, testExamples: 1 }),
    E.flatMap(modelOf),
    E.map(() => undefined),
  )

/** The folder of a new run with its beginning in it. The configuration comes last: it makes the folder a run. */
const createRun = (folder: string, config: RunConfig, beginning: RunProgress): TE.TaskEither<Failure, void> =>
  pipe(
    makeRunFolder(folder),
    TE.flatMap(() =>
      pipe(
        writeCheckpoint(folder, beginning, null),
        TE.flatMap(() => writeFileAtomic(runFiles(folder).config, encodeConfig(config))),
        TE.orElseFirstTaskK(() => () => removeIfEmpty(folder)),
      ),
    ),
  )

const announce = (folder: string, config: RunConfig): void => {
  const { data, engine } = config
  const { title, noun } = describeData(data.name)
  process.stdout.write(
    `${typed(folder)}: ${titleOf(config.model, contextOf(config))} on ${count(data.trainExamples)} ${noun}s of ${title}, ` +
      `tested on ${count(data.testExamples)}, with the ${engine.name} engine (${engine.features})\n`,
  )
}

/** `vae train`: makes a run and trains it. */
export const trainCommand = (options: TrainOptions): TE.TaskEither<Failure, number> =>
  pipe(
    TE.Do,
    TE.bindW('source', () => TE.fromEither(sourceOf(options))),
    TE.chainFirstEitherKW(({ source }) => checkModel(options, source)),
    TE.bindW('data', ({ source }) => readData(source)),
    TE.chainFirstEitherKW(({ data }) => checkBatch(options, data)),
    TE.bindW('engine', () => startEngine(options.engine, options.threads)),
    TE.bindW('name', () =>
      options.name === undefined
        ? freeName(options.out, `${options.data}-${options.model}`)
        : TE.right(options.name),
    ),
    TE.let('folder', ({ name }) => join(options.out, name)),
    TE.bindW('config', ({ source, data, engine, name }) =>
      pipe(
        TE.fromEither(settingsOf(options, source, countsOf(data))),
        TE.map(
          (settings): RunConfig => ({
            format: 'vae-run-2',
            name,
            ...settings,
            engine: { name: options.engine, features: engine.features },
            versions: { vae: version, node: process.versions.node },
          }),
        ),
      ),
    ),
    TE.bindW('model', ({ config }) => TE.fromEither(modelOf(config))),
    TE.bindW('progress', ({ engine, model, data }) =>
      TE.fromEither(beginTraining(engine, model, options.seed, data.train)),
    ),
    TE.chainFirstW(({ folder, config, progress }) => createRun(folder, config, progress)),
    TE.flatMap(({ folder, config, model, data, engine, progress }) => {
      announce(folder, config)
      return trainAndFinish({ folder, config, model, data, engine, progress, lines: [] })
    }),
  )
