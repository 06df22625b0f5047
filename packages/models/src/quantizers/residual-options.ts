import {
  type Count,
  type Dim,
  type Is,
  type Pair,
  type Refused,
  ShapeError,
  type SubtractNatural,
  type Wildcard,
} from '@vae/tensor'
import { checkLayerSizes } from '../size.ts'

/** True for a stage that can refine others, or a refusal. */
export type StageProblem<O> = O extends { readonly metric: 'cosine' }
  ? Refused<"residualQuantizer: codes of metric 'cosine' have length 1, what stages leave is shorter: use 'euclidean'">
  : true

/** `'no'` unless 1 ≤ M ≤ Q. */
export type WithinStages<M extends number, Q extends number> =
  Pair<M | Q, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : number extends M | Q
      ? 'unknown'
      : Q extends Dim<string>
        ? 'unknown'
        : Count<M> extends 'no'
          ? 'no'
          : [SubtractNatural<Q, M>] extends [never]
            ? 'no'
            : 'yes'

/** The least number of stages, or a message. */
export type GuardMinimum<Moment, M extends number, Q extends number> =
  Is<Moment, WithinStages<M, Q>, 'no'> extends true
    ? `residualQuantizer: minimum must lie between 1 and ${Q} stages, got ${M}`
    : M

/** How stages are dropped. */
export interface DropoutOptions<M> {
  /**
   * Each step keeps a random number of stages, from this one to all, so that any prefix of the stages is a code of its
   * own: a bit rate that can be chosen.
   */
  readonly dropout?: { readonly minimum: M }
}

/** The run-time twin of `StageProblem` and `GuardMinimum`. Throws their messages as a `ShapeError`. */
export const checkStages = (
  metric: string | undefined,
  stages: number,
  minimum: number | undefined,
): void => {
  checkLayerSizes('residualQuantizer', { stages })
  const refuse = (message: string): never => {
    throw new ShapeError(`residualQuantizer: ${message}`)
  }
  if (metric === 'cosine')
    refuse("codes of metric 'cosine' have length 1, what stages leave is shorter: use 'euclidean'")
  if (minimum !== undefined && !(Number.isInteger(minimum) && minimum >= 1 && minimum <= stages))
    refuse(`minimum must lie between 1 and ${stages} stages, got ${minimum}`)
}
