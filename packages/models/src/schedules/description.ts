/** How a ramp goes from its first value to its last. */
export type RampShape = 'linear' | 'cosine' | 'sigmoid'

/** One value throughout. */
export interface ConstantSchedule {
  readonly kind: 'constant'
  readonly value: number
}

/** A monotone warm-up over `steps` steps, after which the value stays at `to`. */
export interface RampSchedule {
  readonly kind: RampShape
  /** The value at step 0; 0 unless given. */
  readonly from?: number
  readonly to: number
  readonly steps: number
}

/**
 * Warm-ups that start again every `period` steps. Fu et al., "Cyclical annealing schedule: a simple approach to
 * mitigating KL vanishing" (NAACL 2019), equation 6.
 */
export interface CyclicalSchedule {
  readonly kind: 'cyclical'
  /** The value at the beginning of each period; 0 unless given. */
  readonly from?: number
  readonly to: number
  readonly period: number
  /** The part of a period that rises, R in the paper; ½ unless given. The rest stays at `to`. */
  readonly rising?: number
  /** Periods in all, M in the paper, after which the value stays at `to`; without end unless given. */
  readonly cycles?: number
  /** How the value rises; linear unless given. */
  readonly shape?: RampShape
}

/**
 * A capacity C in nats that grows linearly over `steps` steps, for `capacityPenalty`. Burgess et al., "Understanding
 * disentangling in β-VAE" (2018), section 5.
 */
export interface CapacitySchedule {
  readonly kind: 'capacity'
  /** Nats at step 0; 0 unless given. */
  readonly from?: number
  /** Nats at the end. */
  readonly to: number
  readonly steps: number
}

/** A schedule as plain data, which a configuration file can hold. */
export type Schedule = ConstantSchedule | RampSchedule | CyclicalSchedule | CapacitySchedule

const kinds = ['constant', 'linear', 'cosine', 'sigmoid', 'cyclical', 'capacity']
const shapes = ['linear', 'cosine', 'sigmoid']

const wrongValue = (name: string, value: unknown): string | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? null
    : `${name} must be a number of 0 or more, got ${String(value)}`

const wrongCount = (name: string, value: unknown): string | null =>
  Number.isInteger(value) && (value as number) > 0
    ? null
    : `${name} must be a whole number above 0, got ${String(value)}`

const wrongPart = (name: string, value: unknown): string | null =>
  typeof value === 'number' && value > 0 && value <= 1
    ? null
    : `${name} must be above 0 and at most 1, got ${String(value)}`

const wrongShape = (shape: string): string | null =>
  shapes.includes(shape) ? null : `shape must be one of ${shapes.join(', ')}, got ${shape}`

const first = (...problems: readonly (string | null)[]): string | null =>
  problems.find((problem) => problem !== null) ?? null

const problemIn = (schedule: Schedule): string | null => {
  switch (schedule.kind) {
    case 'constant':
      return wrongValue('value', schedule.value)
    case 'cyclical': {
      const { from = 0, to, period, rising = 0.5, cycles = 1, shape = 'linear' } = schedule
      return first(
        wrongValue('from', from),
        wrongValue('to', to),
        wrongCount('period', period),
        wrongPart('rising', rising),
        wrongCount('cycles', cycles),
        wrongShape(shape),
      )
    }
    default: {
      const { from = 0, to, steps } = schedule
      return first(wrongValue('from', from), wrongValue('to', to), wrongCount('steps', steps))
    }
  }
}

/**
 * What is wrong with a schedule that comes from outside, as a sentence, or null.
 *
 * ```ts
 * scheduleProblem({ kind: 'linear', to: 1, steps: 0 })
 * // → 'linear schedule: steps must be a whole number above 0, got 0'
 * ```
 */
export const scheduleProblem = (schedule: Schedule): string | null => {
  const kind: string = schedule.kind
  if (!kinds.includes(kind)) return `schedule: kind must be one of ${kinds.join(', ')}, got ${kind}`
  const problem = problemIn(schedule)
  return problem === null ? null : `${kind} schedule: ${problem}`
}
