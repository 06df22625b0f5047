import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { type Failure, failure } from '../failure.ts'
import { parseAs } from './config.ts'

const figures = z.record(z.string(), z.number())

/** What an epoch has shown; everything but the time it took. Names and units of figures are those of the model. */
export const epochFigures = z.strictObject({
  epoch: z.int().min(1),
  step: z.int().min(1),
  /** The loss and its terms, means over the steps. */
  train: figures,
  /** What was measured over the test examples afterwards. */
  test: figures,
  /** The weights of the loss in the last step of the epoch. */
  weights: figures,
  learningRate: z.number(),
})

/** A line of `metrics.jsonl`. */
export const metricsLine = epochFigures.extend({
  /** How long the epoch took, evaluation included; null if the run was killed before it was noted. */
  seconds: z.number().nullable(),
})

export type EpochFigures = z.infer<typeof epochFigures>
export type MetricsLine = z.infer<typeof metricsLine>

/** A line as text, without the line break. */
export const encodeLine = (line: MetricsLine): string => JSON.stringify(line)

/** The text of `metrics.jsonl`. */
export const encodeMetrics = (lines: readonly MetricsLine[]): string =>
  lines.map((line) => `${encodeLine(line)}\n`).join('')

/** The whole lines of `metrics.jsonl`; a last one without a line break is what a crash left, and is skipped. */
export const decodeMetrics = (text: string, name: string): E.Either<Failure, readonly MetricsLine[]> =>
  E.traverseArrayWithIndex((index: number, line: string) =>
    parseAs(metricsLine, `${name}: line ${index + 1}`)(line),
  )(text.split('\n').slice(0, -1))

/** The figures that a checkpoint keeps, as JSON. */
export const decodeFigures = (text: string, name: string): E.Either<Failure, EpochFigures> =>
  parseAs(epochFigures, name)(text)

/**
 * The lines that belong to a checkpoint of `epoch` epochs. A run that was killed may have lines of later epochs,
 * which will be trained again, or lack the last one, which the checkpoint itself knows but for its time.
 */
export const linesUpTo = (
  epoch: number,
  lines: readonly MetricsLine[],
  last: EpochFigures | null,
  name: string,
): E.Either<Failure, readonly MetricsLine[]> => {
  const kept = lines.slice(0, epoch)
  const misplaced = kept.findIndex((line, index) => line.epoch !== index + 1)
  if (misplaced >= 0)
    return E.left(
      failure(
        `${name}: line ${misplaced + 1}: expected epoch ${misplaced + 1}, got ${kept[misplaced]!.epoch}`,
      ),
    )
  if (kept.length === epoch) return E.right(kept)
  if (kept.length === epoch - 1 && last?.epoch === epoch)
    return E.right([...kept, { ...last, seconds: null }])
  return E.left(
    failure(`${name}: expected a line for each of the ${epoch} epochs of the checkpoint, got ${kept.length}`),
  )
}
