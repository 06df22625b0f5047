import { numerics } from '@vae/tensor'
import { type CyclicalSchedule, type RampShape, type Schedule, scheduleProblem } from './description.ts'

/** How steep the sigmoid ramp is: it makes the middle 46% of its way in a sixth of its steps. */
const steepness = 12

/** Functions that rise from 0 to 1 on [0, 1], exact at both ends. */
const ramps: Readonly<Record<RampShape, (x: number) => number>> = {
  linear: (x) => x,
  cosine: (x) => (1 - numerics.cos(Math.PI * x)) / 2,
  // The logistic function, stretched so that it reaches both ends, which it only approaches by itself.
  sigmoid: (x) => (1 + numerics.tanh((steepness * (x - 0.5)) / 2) / numerics.tanh(steepness / 4)) / 2,
}

/** From one value to another: both ends exactly, and never beyond them. */
const between = (from: number, to: number, rise: number): number =>
  rise <= 0 ? from : rise >= 1 ? to : from * (1 - rise) + to * rise

const rampOf =
  (shape: RampShape, from: number, to: number, steps: number) =>
  (step: number): number =>
    between(from, to, step >= steps ? 1 : ramps[shape](step / steps))

const cyclical = ({ from = 0, to, period, rising = 0.5, cycles, shape = 'linear' }: CyclicalSchedule) => {
  const end = cycles === undefined ? Number.POSITIVE_INFINITY : cycles * period
  const ramp = rampOf(shape, from, to, rising * period)
  return (step: number): number => (step >= end ? to : ramp(step % period))
}

/**
 * A schedule as a pure function from the number of steps that were made before, 0 at first, to a value: a weight such as
 * β, or for `capacity` nats. Throws a `RangeError` with the sentence of `scheduleProblem`.
 *
 * ```ts
 * const beta = scheduleOf({ kind: 'cyclical', to: 4, period: 1000 })
 * beta(0) // → 0
 * beta(250) // → 2
 * beta(500) // → 4
 * beta(1250) // → 2
 * ```
 *
 * @see S. Bowman et al., "Generating sentences from a continuous space" (2016), section 3.1, for warm-ups
 */
export const scheduleOf = (schedule: Schedule): ((step: number) => number) => {
  const problem = scheduleProblem(schedule)
  if (problem !== null) throw new RangeError(problem)
  switch (schedule.kind) {
    case 'constant':
      return () => schedule.value
    case 'cyclical':
      return cyclical(schedule)
    case 'capacity':
      return rampOf('linear', schedule.from ?? 0, schedule.to, schedule.steps)
    default:
      return rampOf(schedule.kind, schedule.from ?? 0, schedule.to, schedule.steps)
  }
}
