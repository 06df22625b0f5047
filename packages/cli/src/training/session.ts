import { performance } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import type { Engine } from '@vae/autograd'
import { epochOrder, exampleCount, trainingBatches } from '@vae/data'
import { appendLine, writeFileAtomic } from '@vae/data/node'
import type { Batch, NoState } from '@vae/models'
import { type Key, type Tensor, tensor } from '@vae/tensor'
import { encodeCheckpoint, type Figures, type Training, train, trainingStep } from '@vae/train'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Digits } from '../digits.ts'
import type { Display } from '../display/display.ts'
import { type Failure, failure, refusable } from '../failure.ts'
import { type DigitParams, type DigitProgress, modelOf, optimizer } from '../model.ts'
import type { RunConfig } from '../run/config.ts'
import { runFiles } from '../run/folder.ts'
import { type EpochFigures, encodeLine, type MetricsLine } from '../run/metrics.ts'
import { type ElboMeans, elboEvaluator } from './evaluate.ts'

/** A run that is loaded and ready to go on. */
export interface Session {
  readonly folder: string
  readonly config: RunConfig
  readonly digits: Digits
  readonly engine: Engine
  readonly progress: DigitProgress
  /** One line for each completed epoch. */
  readonly lines: readonly MetricsLine[]
}

/** Where a run stands when its training ends. */
export interface Outcome {
  readonly progress: DigitProgress
  readonly lines: readonly MetricsLine[]
  readonly interrupted: boolean
}

type Hyper = { readonly learningRate: Tensor<[]>; readonly beta: Tensor<[]> }

type DigitTraining = Training<
  DigitParams,
  DigitProgress['training']['optimizer'],
  NoState,
  Batch<number, [784]>,
  Hyper
>

/** What to train in a run: the step, the batches of an epoch, and the scalars. */
const trainingOf = ({ config, digits, engine }: Session, signal: AbortSignal): DigitTraining => {
  const { batch, beta, learningRate, epochs } = config.training
  const model = modelOf(config)
  const step = trainingStep(
    ({ beta }: Hyper) =>
      (params: DigitParams, state: NoState, batch: Batch<number, [784]>, key: Key) =>
        model.objective({ beta })(params, state, batch, key),
    optimizer,
  )
  const hyper: Hyper = { learningRate: tensor([], [learningRate]), beta: tensor([], [beta]) }
  const batches = (order: Key) =>
    trainingBatches(digits.train, epochOrder(order, exampleCount(digits.train)), batch)
  return { engine, step, batches, hyper: () => hyper, epochs, pause: () => turn(), signal }
}

const figuresOf = (
  { epoch, step }: DigitProgress,
  train: Figures,
  { negativeElbo, reconstruction, kl }: ElboMeans,
  { beta, learningRate }: RunConfig['training'],
): EpochFigures => ({
  epoch,
  step,
  train: { loss: train.loss!, reconstruction: train.reconstruction!, kl: train.kl! },
  test: { negativeElbo: negativeElbo.mean, reconstruction: reconstruction.mean, kl: kl.mean },
  beta,
  learningRate,
})

/** The name under which a checkpoint keeps the figures of its epoch. */
export const figuresNote = 'figures'

/** The checkpoint of a progress; `figures` are those of its last epoch. */
export const writeCheckpoint = (
  folder: string,
  progress: DigitProgress,
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
  progress: DigitProgress,
  figures: EpochFigures,
  line: MetricsLine,
): TE.TaskEither<Failure, void> =>
  pipe(
    writeCheckpoint(folder, progress, figures),
    TE.flatMap(() => appendLine(runFiles(folder).metrics, encodeLine(line))),
  )

/** Trains to the configured number of epochs, showing and saving each; ends early when `signal` aborts. */
export const runSession = (
  session: Session,
  display: Display,
  signal: AbortSignal,
): TE.TaskEither<Failure, Outcome> => {
  const { folder, config, digits, engine } = session
  const { epochs } = config.training
  const work = async (): Promise<E.Either<Failure, Outcome>> => {
    const evaluator = elboEvaluator(engine, modelOf(config), digits.test)
    let { progress, lines } = session
    let started = performance.now()
    try {
      for await (const event of train(trainingOf(session, signal), progress)) {
        if (event.type === 'warning') display.warning(event.message)
        else if (event.type === 'step') {
          const { reconstruction = Number.NaN, kl = Number.NaN } = event.figures
          display.step({
            epoch: event.epoch,
            epochs,
            done: event.done,
            steps: event.steps,
            reconstruction,
            kl,
          })
        } else if (event.type === 'epoch') {
          progress = event.progress
          const test = await evaluator.run(progress.training.params, () => turn())
          const figures = figuresOf(progress, event.figures, test, config.training)
          const seconds = Math.round(performance.now() - started) / 1000
          started = performance.now()
          const line = { ...figures, seconds }
          const saved = await saveEpoch(folder, progress, figures, line)()
          if (E.isLeft(saved)) return saved
          lines = [...lines, line]
          display.epoch(line, epochs)
        } else if (event.type === 'diverged')
          return E.left(failure(divergedText(event.message, folder, lines)))
        else return E.right({ progress, lines, interrupted: true })
      }
      return E.right({ progress, lines, interrupted: false })
    } finally {
      evaluator.close()
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
