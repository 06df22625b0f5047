import { performance } from 'node:perf_hooks'
import type { WriteStream } from 'node:tty'
import { barOf } from './bar.ts'
import { clock, duration } from './text.ts'

/** Shows how far a metric is. */
export interface MetricProgress {
  /** `share` of it is done, 0 to 1. */
  readonly show: (share: number) => void
  /** Gives the terminal back as it was. */
  readonly stop: () => void
}

/** Shows how an evaluation goes on. */
export interface Measuring {
  readonly start: (metric: string) => MetricProgress
}

/** Seconds after which a metric is long. */
const long = 1

/** For pipes and files: a line for each metric that has taken long. */
export const plainMeasuring = (err: NodeJS.WritableStream): Measuring => ({
  start: (metric) => {
    const started = performance.now()
    return {
      show: () => undefined,
      stop: () => {
        const seconds = (performance.now() - started) / 1000
        if (seconds > long) err.write(`measured ${metric} in ${duration(seconds)}\n`)
      },
    }
  },
})

/** The width of everything but the name and the bar. */
const textWidth = 22

/** For terminals: a bar for the running metric, which leaves nothing behind. */
export const terminalMeasuring = (err: WriteStream): Measuring => ({
  start: (metric) => {
    const started = performance.now()
    const bar = barOf(err, '{metric} {bar} {percentage} % · {left} left', textWidth + metric.length)
    bar.start(1, 0, { metric, left: '–' })
    return {
      show: (share) => {
        const seconds = (performance.now() - started) / 1000
        const isKnown = share > 0 && seconds > long
        bar.update(share, { metric, left: isKnown ? clock((seconds * (1 - share)) / share) : '–' })
      },
      stop: () => bar.stop(),
    }
  },
})
