import { numerics } from '@vae/tensor'
import { checkCount } from './refusal.ts'

/** Inverse temperatures in ascending order, from 0 (the prior) to 1 (the posterior). */
export type AnnealingSchedule = Float64Array

/**
 * `steps` equal steps from 0 to 1.
 *
 * ```ts
 * linearSchedule(4) // → [0, 0.25, 0.5, 0.75, 1]
 * ```
 *
 * Throws a `RangeError` unless `steps` is a whole number above 0.
 */
export const linearSchedule = (steps: number): AnnealingSchedule => {
  checkCount('linearSchedule', 'steps', steps)
  return Float64Array.from({ length: steps + 1 }, (_, t) => t / steps)
}

/**
 * `steps` steps from 0 to 1 along a sigmoid, σ(δ (2 t / T − 1)) rescaled to reach both ends: short ones at the ends, where
 * the distribution changes fast. `steepness` is δ, 4 unless given.
 *
 * ```ts
 * sigmoidalSchedule(2) // → [0, 0.5, 1]
 * ```
 *
 * Throws a `RangeError` unless `steps` is a whole number above 0 and `steepness` is above 0.
 *
 * @see Y. Wu et al., "On the quantitative analysis of decoder-based generative models" (ICLR 2017), section 4
 */
export const sigmoidalSchedule = (steps: number, steepness = 4): AnnealingSchedule => {
  checkCount('sigmoidalSchedule', 'steps', steps)
  if (!(steepness > 0)) throw new RangeError(`sigmoidalSchedule: steepness must be above 0, got ${steepness}`)
  const [low, high] = [numerics.sigmoid(-steepness), numerics.sigmoid(steepness)]
  return Float64Array.from({ length: steps + 1 }, (_, t) =>
    t === 0
      ? 0
      : t === steps
        ? 1
        : (numerics.sigmoid(steepness * ((2 * t) / steps - 1)) - low) / (high - low),
  )
}

/** Throws a `RangeError` unless the schedule ascends from 0 to 1. */
export const checkSchedule = (operation: string, schedule: AnnealingSchedule): void => {
  const ascends = schedule.every((beta, t) => t === 0 || beta > schedule[t - 1]!)
  if (!ascends || schedule[0] !== 0 || schedule.at(-1) !== 1)
    throw new RangeError(`${operation}: the schedule must ascend from 0 to 1`)
}
