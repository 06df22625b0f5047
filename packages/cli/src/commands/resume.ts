import { readFileIfPresent, writeFileAtomic } from '@vae/data/node'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readSameData } from '../data.ts'
import { startEngine } from '../engine.ts'
import { type Failure, failure } from '../failure.ts'
import { encodeConfig, type RunConfig } from '../run/config.ts'
import { loadEvaluation } from '../run/evaluation.ts'
import { runFiles } from '../run/folder.ts'
import { loadLines, loadRun } from '../run/load.ts'
import { encodeMetrics } from '../run/metrics.ts'
import { finish, trainAndFinish, typed } from '../training/finish.ts'
import type { Session } from '../training/session.ts'

/** What `vae resume` was asked for. */
export interface ResumeOptions {
  readonly threads?: number
  readonly epochs?: number
  readonly folder?: string
}

/** The configuration with more epochs, if more are asked for. Fewer than were made cannot be. */
const extended = (
  config: RunConfig,
  epochs: number | undefined,
  made: number,
): TE.TaskEither<Failure, RunConfig> =>
  epochs !== undefined && epochs < made
    ? TE.left(failure(`--epochs: the run has completed ${made} epochs already, got ${epochs}`))
    : TE.right({ ...config, training: { ...config.training, epochs: epochs ?? config.training.epochs } })

/** Makes the folder say what the session starts from: later lines go, a missing one comes back. */
const settle = ({ folder, config, lines }: Session): TE.TaskEither<Failure, void> => {
  const files = runFiles(folder)
  return pipe(
    writeFileAtomic(files.metrics, encodeMetrics(lines)),
    TE.flatMap(() => writeFileAtomic(files.config, encodeConfig(config))),
  )
}

const warnAboutFeatures = (config: RunConfig, features: string): void => {
  if (config.engine.features !== features)
    process.stderr.write(
      `note: the run was made with ${config.engine.name} (${config.engine.features}), this machine has ` +
        `${features}: it goes on with other rounding\n`,
    )
}

/** What remains for a run whose epochs are all trained: to say so, and to write the report if a crash took it. */
const alreadyFinished = (session: Session): TE.TaskEither<Failure, number> => {
  const { folder, config } = session
  process.stdout.write(
    `${typed(folder)} has finished its ${config.training.epochs} epochs: train it further with ` +
      `npx vae resume ${typed(folder)} --epochs ${config.training.epochs * 2}\n`,
  )
  return pipe(
    readFileIfPresent(runFiles(folder).report),
    TE.flatMap(
      O.match(
        () => finish(session),
        () => TE.right<Failure, number>(0),
      ),
    ),
  )
}

/** `vae resume`: trains a run to its end, as if it had never stopped. */
export const resumeCommand = (folder: string, options: ResumeOptions): TE.TaskEither<Failure, number> =>
  pipe(
    TE.Do,
    TE.bindW('run', () => loadRun(folder)),
    TE.bindW('lines', ({ run }) => loadLines(run)),
    // It will be shown in the report: better told now than after the training.
    TE.chainFirstW(() => loadEvaluation(folder)),
    TE.bindW('config', ({ run }) => extended(run.config, options.epochs, run.progress.epoch)),
    TE.bindW('data', ({ config }) => readSameData(config.data, options.folder)),
    TE.bindW('engine', ({ config }) => startEngine(config.engine.name, options.threads)),
    TE.map(
      ({ run, lines, config, data, engine }): Session => ({
        folder,
        config,
        model: run.model,
        data,
        engine,
        progress: run.progress,
        lines,
      }),
    ),
    TE.chainFirst(settle),
    TE.flatMap((session) => {
      const { config, engine, progress } = session
      if (progress.epoch >= config.training.epochs) return alreadyFinished(session)
      warnAboutFeatures(config, engine.features)
      process.stdout.write(
        `${typed(folder)}: continuing after epoch ${progress.epoch} of ${config.training.epochs}\n`,
      )
      return trainAndFinish(session)
    }),
  )
