import { performance } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import type { Engine } from '@vae/autograd'
import { epochOrder, exampleCount, trainingBatches } from '@vae/data'
import { appendLine, writeFileAtomic } from '@vae/data/node'
import { type Key, tensor } from '@vae/tensor'
import { encodeCheckpoint, type Figures, type Training, train } from '@vae/train'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunData } from '../data.ts'
import type { Display } from '../display/display.ts'
import { type Failure, failure, refusable } from '../failure.ts'
import { type Estimates, valuesOf } from '../metrics/figure.ts'
import { onePass } from '../metrics/one-pass.ts'
import type { HiddenTree, RunBatch, RunHyper, RunModel, RunProgress, Scalars } from '../models/run-model.ts'
import type { RunConfig } from '../run/config.ts'
import { runFiles } from '../run/folder.ts'
import { type EpochFigures, encodeLine, type MetricsLine } from '../run/metrics.ts'
import { looksPerEpoch, settlingSteps, type Watcher, watcherOf } from './watcher.ts'

/** A run that is loaded and ready to go on. */
export interface Session {
  readonly folder: string
  readonly config: RunConfig
  readonly model: RunModel
  readonly data: RunData
  readonly engine: Engine
  readonly progress: RunProgress
  /** One line for each completed epoch. */
  readonly lines: readonly MetricsLine[]
}

/** Where a run stands when its training ends. */
export interface Outcome {
  readonly progress: RunProgress
  readonly lines: readonly MetricsLine[]
  readonly interrupted: boolean
}

/** The scalar inputs of a step. */
const hyperOf = (scalars: Scalars, learningRate: number): RunHyper => ({
  ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, tensor([], [value])])),
  learningRate: tensor([], [learningRate]),
})

/** What to train in a run: the step, the batches of an epoch, and the scalars. */
const trainingOf = (
  { config, data, engine, model }: Session,
  signal: AbortSignal,
): Training<HiddenTree, HiddenTree, HiddenTree, RunBatch, RunHyper> => {
  const { batch, learningRate, epochs } = config.training
  const batches = (order: Key) =>
    trainingBatches(data.train, epochOrder(order, exampleCount(data.train)), batch)
  return {
    engine,
    step: model.step,
    batches,
    hyper: (step) => hyperOf(model.hyper(step), learningRate),
    epochs,
    pause: () => turn(),
    signal,
  }
}

const figuresOf = (
  { model, config }: Session,
  progress: RunProgress,
  train: Figures,
  test: Estimates,
): EpochFigures => ({
  epoch: progress.epoch,
  step: progress.step,
  train: { ...train },
  test: { ...valuesOf(test) },
  weights: { ...model.noted(progress) },
  learningRate: config.training.learningRate,
})

/** The name under which a checkpoint keeps the figures of its epoch. */
export const figuresNote = 'figures'

/** The checkpoint of a progress; `figures` are those of its last epoch. */
export const writeCheckpoint = (
  folder: string,
  progress: RunProgress,
  figures: EpochFigures | null,
): TE.TaskEither<Failure, void> =>
  writeFileAtomic(
    runFiles(folder).checkpoint,
    encodeCheckpoint(progress, figures === null ? {} : { [figuresNote]: JSON.stringify(figures) }),
  )

/**
 * Saves a completed epoch. The checkpoint comes first and knows the figures too, so that whenever the process is
 * killed, the line that may be missing can be written on resume.
 */
const saveEpoch = (
  folder: string,
  progress: RunProgress,
  figures: EpochFigures,
  line: MetricsLine,
): TE.TaskEither<Failure, void> =>
  pipe(
    writeCheckpoint(folder, progress, figures),
    TE.flatMap(() => appendLine(runFiles(folder).metrics, encodeLine(line))),
  )

/** Whether the watcher looks after the `done`-th of `steps` steps of an epoch that came after `before` others. */
const isTimeToLook = (done: number, steps: number, before: number): boolean =>
  before + done > settlingSteps &&
  Math.floor((done * looksPerEpoch) / steps) > Math.floor(((done - 1) * looksPerEpoch) / steps)

const shownTerms = ({ terms, onBar }: RunModel, figures: Figures): Readonly<Record<string, number>> =>
  Object.fromEntries(terms.slice(0, onBar).map(({ name, title }) => [title, figures[name] ?? Number.NaN]))

/** Trains to the configured number of epochs, showing and saving each; ends early when `signal` aborts. */
export const runSession = (
  session: Session,
  display: Display,
  signal: AbortSignal,
): TE.TaskEither<Failure, Outcome> => {
  const { folder, config, data, engine, model } = session
  const { epochs } = config.training
  const evaluator = onePass(engine, model, data.test)
  const watcher: Watcher = watcherOf(engine, model, data.train)
  const work = async (): Promise<E.Either<Failure, Outcome>> => {
    let { progress, lines } = session
    let started = performance.now()
    try {
      for await (const event of train(trainingOf(session, signal), progress)) {
        if (event.type === 'warning') display.warning(event.message)
        else if (event.type === 'step') {
          const { epoch, done, steps, figures, training } = event
          display.step({ epoch, epochs, done, steps, terms: shownTerms(model, figures) })
          if (isTimeToLook(done, steps, progress.step)) {
            const warning = watcher.look({ params: training.params, state: training.modelState })
            if (warning !== null) display.warning(`epoch ${epoch}, step ${done}: ${warning}`)
          }
        } else if (event.type === 'epoch') {
          progress = event.progress
          const { params, modelState: state } = progress.training
          const test = await evaluator.run({ params, state }, () => turn())
          const figures = figuresOf(session, progress, event.figures, test)
          const seconds = Math.round(performance.now() - started) / 1000
          started = performance.now()
          const line = { ...figures, seconds }
          const saved = await saveEpoch(folder, progress, figures, line)()
          if (E.isLeft(saved)) return saved
          lines = [...lines, line]
          const loss = figures.train.loss ?? Number.NaN
          display.epoch({ epoch: line.epoch, epochs, loss, test: model.headline(figures.test), seconds })
        } else if (event.type === 'diverged')
          return E.left(failure(divergedText(event.message, folder, lines)))
        else return E.right({ progress, lines, interrupted: true })
      }
      return E.right({ progress, lines, interrupted: false })
    } finally {
      evaluator.close()
      watcher.close()
      display.stop()
    }
  }
  return pipe(
    refusable(work),
    TE.flatMapEither((outcome) => outcome),
  )
}

const divergedText = (message: string, folder: string, lines: readonly MetricsLine[]): string => {
  const kept =
    lines.length === 0
      ? `${folder} keeps the state before the first epoch`
      : `the checkpoint of epoch ${lines.length} stays in ${folder}`
  return `${message}; ${kept}; a smaller --lr often helps`
}
