import { setImmediate as turn } from 'node:timers/promises'
import type { Engine } from '@vae/autograd'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describeData, type RunDataset, readSameData } from '../data.ts'
import { count } from '../display/text.ts'
import { type EngineName, startEngine } from '../engine.ts'
import { type Failure, refusable } from '../failure.ts'
import type { Estimate, FigureInfo } from '../metrics/figure.ts'
import { metrics } from '../metrics/metric.ts'
import { loadRun, type StoredRun } from '../run/load.ts'

/** What `vae evaluate` was asked for. */
export interface EvaluateOptions {
  readonly json?: boolean
  readonly folder?: string
  readonly engine?: EngineName
  readonly threads?: number
}

/** A figure with what it is called. */
type Row = FigureInfo & Estimate

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

/** Enough digits to compare runs. */
const digits = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.1 ? value.toPrecision(4) : value.toFixed(3)

const asTable = ({ config, progress }: StoredRun, rows: readonly Row[]): string => {
  const { noun } = describeData(config.data.name)
  const cells = [
    ['', 'mean', 'standard error', 'unit'],
    ...rows.map(({ title, value, standardError, unit }) => [
      title,
      digits(value),
      standardError === null ? '–' : digits(standardError),
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

/** All metrics that apply to a run, in order. */
const measured = async (
  { model, progress }: StoredRun,
  engine: Engine,
  data: RunDataset,
): Promise<readonly Row[]> => {
  const { params, modelState: state } = progress.training
  const rows: Row[] = []
  for (const metric of metrics) {
    const infos = metric.figures(model)
    if (infos.length === 0) continue
    const running = metric.start({ engine, model, data })
    const estimates = await running.run({ params, state }, () => turn())
    running.close()
    rows.push(...infos.map((info) => ({ ...info, ...estimates[info.name]! })))
  }
  return rows
}

/** `vae evaluate`: the figures of a run over its test examples. */
export const evaluateCommand = (folder: string, options: EvaluateOptions): TE.TaskEither<Failure, number> =>
  pipe(
    TE.Do,
    TE.bindW('run', () => loadRun(folder)),
    TE.bindW('data', ({ run }) => readSameData(run.config.data, options.folder)),
    TE.bindW('engine', ({ run }) => startEngine(options.engine ?? run.config.engine.name, options.threads)),
    TE.flatMap(({ run, data, engine }) =>
      refusable(async () => {
        const rows = await measured(run, engine, data.test)
        process.stdout.write(`${options.json === true ? asJson(run, rows) : asTable(run, rows)}\n`)
        return 0
      }),
    ),
  )
