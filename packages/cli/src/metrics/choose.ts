import * as E from 'fp-ts/lib/Either.js'
import { type Failure, failure } from '../failure.ts'
import { metrics } from './all.ts'
import type { Metric, Subject } from './metric.ts'

/** The metrics that apply, in their order. */
export const applicable = (subject: Subject): readonly Metric[] =>
  metrics.filter(({ appliesTo }) => appliesTo(subject))

/** The metrics that `--metrics` names in the order in which they are printed; all that apply, if it is left out. */
export const chosenMetrics = (
  subject: Subject,
  names: readonly string[] | undefined,
): E.Either<Failure, readonly Metric[]> => {
  const fitting = applicable(subject)
  if (names === undefined) return E.right(fitting)
  const known = `this run has ${fitting.map(({ name }) => name).join(', ')}`
  const stranger = names.find((name) => !fitting.some((metric) => metric.name === name))
  if (stranger === undefined) return E.right(fitting.filter(({ name }) => names.includes(name)))
  return E.left(
    failure(
      metrics.some(({ name }) => name === stranger)
        ? `--metrics: ${stranger} does not apply to this run: ${known}`
        : `--metrics: there is no metric ${stranger}: ${known}`,
    ),
  )
}

/** The metrics that draw `--samples` of each example. */
const sampling: readonly string[] = ['nll', 'ais']

/** Refuses a number of samples that nothing would use. */
export const checkSamples = (
  samples: number | undefined,
  chosen: readonly Metric[],
): E.Either<Failure, void> =>
  samples === undefined || chosen.some(({ name }) => sampling.includes(name))
    ? E.right(undefined)
    : E.left(failure(`--samples belongs to the metrics ${sampling.join(' and ')}, neither is measured here`))

/** All metrics with what they tell, for the help. */
export const metricsHelp = (): string => {
  const width = Math.max(...metrics.map(({ name }) => name.length)) + 2
  return metrics.map(({ name, description }) => `  ${name.padEnd(width)}${description}`).join('\n')
}
