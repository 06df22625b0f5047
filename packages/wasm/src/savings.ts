/** Nanoseconds that sharing a step must save, and those that sharing a run must. */
export interface LeastSavings {
  readonly step: number
  readonly run: number
}

/** Clearly more than what it costs: a barrier of 0.1 µs, and waking a thread that sleeps, 10 µs and more. */
export const leastSavings: LeastSavings = { step: 2000, run: 20_000 }
