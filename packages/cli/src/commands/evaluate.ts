import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describeData, readSameData } from '../data.ts'
import { errorMeasuring } from '../display/choose.ts'
import { count } from '../display/text.ts'
import { type EngineName, startEngine } from '../engine.ts'
import { type Failure, failure } from '../failure.ts'
import { interruptedCode, interruptible } from '../interrupt.ts'
import { checkSamples, chosenMetrics } from '../metrics/choose.ts'
import { preciseFigure } from '../metrics/figure.ts'
import { type Findings, measureAll } from '../metrics/measure.ts'
import type { Row, Subject } from '../metrics/metric.ts'
import { writeReport } from '../report/artifacts.ts'
import { loadEvaluation, withFound, writeEvaluation } from '../run/evaluation.ts'
import { loadLines, loadRun, type StoredRun } from '../run/load.ts'
import type { Session } from '../training/session.ts'

/** What `vae evaluate` was asked for. */
export interface EvaluateOptions {
  readonly metrics?: readonly string[]
  readonly samples?: number
  readonly json?: boolean
  readonly folder?: string
  readonly engine?: EngineName
  readonly threads?: number
}

/** Samples of each example unless asked for. Burda et al. (2016) take 5,000. */
const defaultSamples = 200

const asJson = ({ config, progress }: StoredRun, rows: readonly Row[]): string =>
  JSON.stringify({
    run: config.name,
    model: config.model.kind,
    data: config.data.name,
    epoch: progress.epoch,
    examples: config.data.testExamples,
    metrics: Object.fromEntries(
      rows.map(({ name, value, standardError, unit }) => [name, { value, standardError, unit }]),
    ),
  })

const asTable = ({ config, progress }: StoredRun, rows: readonly Row[]): string => {
  const { noun } = describeData(config.data.name)
  const cells = [
    ['', 'value', 'standard error', 'unit'],
    ...rows.map(({ title, value, standardError, unit }) => [
      title,
      preciseFigure(value),
      standardError === null ? '–' : preciseFigure(standardError),
      unit,
    ]),
  ] as const
  const width = Math.max(...cells.map(([title]) => title!.length))
  return [
    `${config.name} after epoch ${progress.epoch}, over ${count(config.data.testExamples)} test ${noun}s`,
    '',
    ...cells.map(
      ([title, value, error, unit]) =>
        `${title!.padEnd(width)}${value!.padStart(12)}${error!.padStart(18)}   ${unit}`,
    ),
  ].join('\n')
}

const subjectOf = ({ config, model }: StoredRun): Subject => ({
  model,
  description: describeData(config.data.name),
  testExamples: config.data.testExamples,
})

/** What was measured, and whether somebody ended it. */
type Measurement = Findings & { readonly isInterrupted: boolean }

/** Keeps what was found in the folder of the run, and shows it in its report. */
const keep = (session: Session, { found }: Findings): TE.TaskEither<Failure, void> =>
  pipe(
    // Read again: measuring takes long, and another evaluation may have ended meanwhile.
    loadEvaluation(session.folder),
    TE.flatMap((evaluation) =>
      writeEvaluation(session.folder, withFound(evaluation, session.progress.epoch, found)),
    ),
    TE.flatMap(() => writeReport(session)),
  )

/** `vae evaluate`: the figures of a run over its test examples. */
export const evaluateCommand = (folder: string, options: EvaluateOptions): TE.TaskEither<Failure, number> =>
  pipe(
    TE.Do,
    TE.bindW('run', () => loadRun(folder)),
    TE.bindW('metrics', ({ run }) => TE.fromEither(chosenMetrics(subjectOf(run), options.metrics))),
    TE.chainFirstEitherKW(({ metrics }) => checkSamples(options.samples, metrics)),
    TE.bindW('lines', ({ run }) => loadLines(run)),
    TE.chainFirstW(() => loadEvaluation(folder)),
    TE.bindW('data', ({ run }) => readSameData(run.config.data, options.folder)),
    TE.bindW('engine', ({ run }) => startEngine(options.engine ?? run.config.engine.name, options.threads)),
    TE.bindW('measured', ({ run, metrics, data, engine }) =>
      TE.fromTask<Measurement, Failure>(() => {
        const { params, modelState: state } = run.progress.training
        const trial = {
          ...subjectOf(run),
          engine,
          data,
          trained: { params, state },
          isDrawnAnew: run.config.data.binarise === 'dynamic',
          samples: options.samples ?? defaultSamples,
        }
        return interruptible(
          () => undefined,
          async (signal) => ({
            ...(await measureAll(trial, metrics, errorMeasuring(), signal)),
            isInterrupted: signal.aborted,
          }),
        )
      }),
    ),
    TE.flatMap(({ run, lines, data, engine, measured }) => {
      const { found, problems, isInterrupted } = measured
      if (isInterrupted) process.stderr.write(`stopped after ${found.length} metrics\n`)
      if (found.length === 0)
        return isInterrupted ? TE.right(interruptedCode) : TE.left(failure(problems[0]!))
      const rows = found.flatMap((metric) => metric.rows)
      process.stdout.write(`${options.json === true ? asJson(run, rows) : asTable(run, rows)}\n`)
      for (const problem of problems) process.stderr.write(`note: ${problem}\n`)
      // What was not asked for by its name may be missing.
      const isComplete = problems.length === 0 || options.metrics === undefined
      const { config, model, progress } = run
      return pipe(
        keep({ folder, config, model, data, engine, progress, lines }, measured),
        TE.map(() => (isInterrupted ? interruptedCode : isComplete ? 0 : 1)),
      )
    }),
  )
