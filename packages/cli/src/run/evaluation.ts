import { readFileIfPresent, writeFileAtomic } from '@vae/data/node'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { z } from 'zod'
import type { Failure } from '../failure.ts'
import type { Found } from '../metrics/measure.ts'
import { parseAs } from './config.ts'
import { runFiles } from './folder.ts'

const figure = z.strictObject({
  name: z.string().min(1),
  title: z.string(),
  unit: z.string(),
  value: z.number(),
  standardError: z.number().nullable(),
})

/** What `evaluation.json` of a run holds: what `vae evaluate` has found last, by the names of the metrics. */
export const runEvaluation = z.strictObject({
  format: z.literal('vae-evaluation-1'),
  metrics: z.record(
    z.string(),
    z.strictObject({
      /** The epoch after which the model was measured. */
      epoch: z.int().min(0),
      figures: z.array(figure),
    }),
  ),
})

export type RunEvaluation = z.infer<typeof runEvaluation>

/** The evaluation of a run that was never evaluated. */
export const noEvaluation: RunEvaluation = { format: 'vae-evaluation-1', metrics: {} }

/** An evaluation with what was found after an epoch; metrics that were not measured again stay as they are. */
export const withFound = (
  evaluation: RunEvaluation,
  epoch: number,
  found: readonly Found[],
): RunEvaluation => ({
  ...evaluation,
  metrics: {
    ...evaluation.metrics,
    ...Object.fromEntries(
      found.map(({ metric, rows }) => [
        metric,
        {
          epoch,
          figures: rows.map(({ name, title, unit, value, standardError }) => ({
            name,
            title,
            unit,
            value,
            standardError,
          })),
        },
      ]),
    ),
  },
})

/** The text of `evaluation.json`. */
export const encodeEvaluation = (evaluation: RunEvaluation): string =>
  `${JSON.stringify(evaluation, null, 2)}\n`

/** Reads the text of an `evaluation.json`. */
export const decodeEvaluation = (text: string, name: string): E.Either<Failure, RunEvaluation> =>
  parseAs(runEvaluation, name)(text)

/** The evaluation of a run; one without figures if it has none yet. */
export const loadEvaluation = (folder: string): TE.TaskEither<Failure, RunEvaluation> => {
  const { evaluation } = runFiles(folder)
  return pipe(
    readFileIfPresent(evaluation),
    TE.flatMapEither(
      O.match(
        () => E.right<Failure, RunEvaluation>(noEvaluation),
        (bytes) => decodeEvaluation(new TextDecoder().decode(bytes), evaluation),
      ),
    ),
  )
}

/** Writes the evaluation of a run. */
export const writeEvaluation = (folder: string, evaluation: RunEvaluation): TE.TaskEither<Failure, void> =>
  writeFileAtomic(runFiles(folder).evaluation, encodeEvaluation(evaluation))
