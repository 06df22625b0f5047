import { readFileEither, readFileIfPresent } from '@vae/data/node'
import { type Checkpoint, decodeCheckpoint } from '@vae/train'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Failure, failure } from '../failure.ts'
import { beginningOf, type HiddenTree, type RunModel, type RunProgress } from '../models/run-model.ts'
import { figuresNote } from '../training/session.ts'
import { decodeConfig, modelOf, type RunConfig } from './config.ts'
import { runFiles } from './folder.ts'
import { decodeFigures, decodeMetrics, type EpochFigures, linesUpTo, type MetricsLine } from './metrics.ts'

/** A run as its folder holds it. */
export interface StoredRun {
  readonly folder: string
  readonly config: RunConfig
  readonly model: RunModel
  readonly progress: RunProgress
  /** The figures of the last epoch, from the checkpoint; null before the first. */
  readonly figures: EpochFigures | null
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const loadConfig = (folder: string): TE.TaskEither<Failure, RunConfig> => {
  const { config } = runFiles(folder)
  return pipe(
    readFileIfPresent(config),
    TE.flatMapEither(
      E.fromOption(() => failure(`${folder} is not the folder of a run: expected config.json in it`)),
    ),
    TE.flatMapEither((bytes) => decodeConfig(text(bytes), config)),
  )
}

const figuresIn = (
  { progress, notes }: Checkpoint<HiddenTree, HiddenTree, HiddenTree>,
  name: string,
): E.Either<Failure, EpochFigures | null> =>
  progress.epoch === 0
    ? E.right(null)
    : decodeFigures(
        Object.hasOwn(notes, figuresNote) ? notes[figuresNote]! : 'null',
        `${name}: ${figuresNote}`,
      )

/** Loads configuration and checkpoint of a run; each is checked, and the checkpoint against the configuration. */
export const loadRun = (folder: string): TE.TaskEither<Failure, StoredRun> => {
  const { checkpoint } = runFiles(folder)
  return pipe(
    TE.Do,
    TE.bind('config', () => loadConfig(folder)),
    TE.bind('model', ({ config }) =>
      pipe(
        TE.fromEither(modelOf(config)),
        TE.mapLeft(({ message }) => failure(`${runFiles(folder).config}: ${message}`)),
      ),
    ),
    TE.bindW('bytes', () => readFileEither(checkpoint)),
    TE.bindW('found', ({ config, model, bytes }) =>
      TE.fromEither(decodeCheckpoint(bytes, checkpoint, beginningOf(model, config.training.seed))),
    ),
    TE.bindW('figures', ({ found }) => TE.fromEither(figuresIn(found, checkpoint))),
    TE.map(({ config, model, found, figures }) => ({
      folder,
      config,
      model,
      progress: found.progress,
      figures,
    })),
  )
}

/** The lines of `metrics.jsonl` that belong to the checkpoint. */
export const loadLines = ({
  folder,
  progress,
  figures,
}: StoredRun): TE.TaskEither<Failure, readonly MetricsLine[]> => {
  const { metrics } = runFiles(folder)
  return pipe(
    readFileIfPresent(metrics),
    TE.map(
      O.match(
        () => '',
        (bytes) => text(bytes),
      ),
    ),
    TE.flatMapEither((found) => decodeMetrics(found, metrics)),
    TE.flatMapEither((lines) => linesUpTo(progress.epoch, lines, figures, metrics)),
  )
}
