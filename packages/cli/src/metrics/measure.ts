import { setImmediate as turn } from 'node:timers/promises'
import type { Engine } from '@vae/autograd'
import type { DataDescription, RunData } from '../data.ts'
import type { Measuring } from '../display/measuring.ts'
import { Refusal } from '../failure.ts'
import { seenInEvaluation } from '../models/binarised.ts'
import type { HiddenTree, RunModel, Trained } from '../models/run-model.ts'
import type { Estimates } from './figure.ts'
import type { Measured, Metric, Row } from './metric.ts'
import { onePass } from './one-pass.ts'

/** A trained model with its data. */
export interface Trial {
  readonly engine: Engine
  readonly model: RunModel
  readonly description: DataDescription
  readonly trained: Trained<HiddenTree, HiddenTree>
  readonly data: RunData
  readonly isDrawnAnew: boolean
  readonly samples: number
}

/** What a metric has found. */
export interface Found {
  readonly metric: string
  readonly rows: readonly Row[]
}

/** A value that is made when it is first asked for. */
const lazily = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const passOf = async ({ engine, model, trained, data }: Trial): Promise<Estimates> => {
  const pass = onePass(engine, model, data.test)
  try {
    return await pass.run(trained, () => turn())
  } finally {
    pass.close()
  }
}

/** Rows that can be written down. Weights that have run away give infinity or NaN. */
const checked = (rows: readonly Row[]): readonly Row[] => {
  for (const { name, value } of rows) if (!Number.isFinite(value)) throw new Refusal(`${name} is ${value}`)
  // An error that is infinite says as much as none.
  return rows.map((row) =>
    row.standardError === null || Number.isFinite(row.standardError) ? row : { ...row, standardError: null },
  )
}

/** Why a metric has found nothing. A `RangeError` is a sentence of @vae/metrics, of numbers that have run away. */
const problemOf = (metric: string, error: unknown): string => {
  if (error instanceof Refusal || error instanceof RangeError)
    return `${metric} cannot be measured of this model: ${error.message}`
  throw error
}

/** What the end of an evaluation is thrown with when it is interrupted. */
class Interrupted extends Error {}

/** What metrics have found, and why others have found nothing. */
export interface Findings {
  readonly found: readonly Found[]
  /** A sentence for each metric that has found nothing. */
  readonly problems: readonly string[]
}

/** Measures one after the other; once `signal` aborts, the running metric is given up and no other is begun. */
export const measureAll = async (
  trial: Trial,
  metrics: readonly Metric[],
  display: Measuring,
  signal: { readonly aborted: boolean },
): Promise<Findings> => {
  const shared = {
    ...trial,
    testExamples: trial.data.test.examples.count,
    pass: lazily(() => passOf(trial)),
    seen: lazily(() => (trial.isDrawnAnew ? seenInEvaluation(trial.data.test) : trial.data.test)),
  }
  const found: Found[] = []
  const problems: string[] = []
  for (const metric of metrics) {
    if (signal.aborted) break
    const progress = display.start(metric.name)
    const measured: Measured = {
      ...shared,
      show: progress.show,
      pause: async (share) => {
        progress.show(share)
        await turn()
        if (signal.aborted) throw new Interrupted()
      },
    }
    try {
      found.push({ metric: metric.name, rows: checked(await metric.measure(measured)) })
    } catch (error) {
      if (error instanceof Interrupted) break
      problems.push(problemOf(metric.name, error))
    } finally {
      progress.stop()
    }
  }
  return { found, problems }
}
