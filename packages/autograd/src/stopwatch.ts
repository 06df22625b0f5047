/** Every host of JavaScript has this clock, although the language does not. */
declare const performance: { readonly now: () => number }

/** A part of a longer piece of work, and how long it took. */
export interface Stage {
  readonly name: string
  readonly milliseconds: number
}

/** Measures the parts of one piece of work. */
export interface Stopwatch {
  /** The parts that are done, in order. */
  readonly stages: readonly Stage[]
  /** Does a part, and gives its result. */
  readonly time: <T>(name: string, work: () => T) => T
}

/**
 * Measures the parts of a piece of work.
 *
 * ```ts
 * const watch = stopwatch()
 * const tape = watch.time('record', () => recordFunction(exp<[2]>, [zeros([2])]).tape)
 * watch.stages.map(({ name }) => name) // → ['record']
 * ```
 */
export const stopwatch = (): Stopwatch => {
  const stages: Stage[] = []
  const time = <T>(name: string, work: () => T): T => {
    const begin = performance.now()
    const result = work()
    stages.push({ name, milliseconds: performance.now() - begin })
    return result
  }
  return { stages, time }
}
