import { performance } from 'node:perf_hooks'
import type { WriteStream } from 'node:tty'
import type { SingleBar } from 'cli-progress'
import { showFigure } from '../metrics/figure.ts'
import { barOf } from './bar.ts'
import type { Display, StepView } from './display.ts'
import { clock, epochLine } from './text.ts'

/** How fast the shown means follow the steps: about the last twenty. */
const inertia = 0.95

/** What is known about the running epoch. */
interface Running {
  readonly bar: SingleBar
  /** When the first step was seen, in milliseconds, and how many there had been. */
  readonly started: number
  readonly first: number
  terms: Readonly<Record<string, number>>
}

// What matters least comes last: a narrow terminal cuts it off.
const format = 'epoch {epoch} {bar} {speed} steps/s · {left} left · {terms}'

/** The width of everything but the bar and the terms. */
const textWidth = 43

const showTerms = (terms: Readonly<Record<string, number>>): string =>
  Object.entries(terms)
    .map(([name, value]) => `${name} ${showFigure(value)}`)
    .join(' · ')

/** The running means of terms after one more step. */
const follow = (
  terms: Readonly<Record<string, number>>,
  now: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(now).map(([name, value]) => [
      name,
      inertia * (terms[name] ?? value) + (1 - inertia) * value,
    ]),
  )

/** The texts of `format`. */
const texts = (view: StepView, { started, first, terms }: Omit<Running, 'bar'>) => {
  const speed = ((view.done - first) / (performance.now() - started)) * 1000
  const remaining = (view.epochs - view.epoch + 1) * view.steps - view.done
  const known = view.done > first
  return {
    epoch: `${view.epoch}/${view.epochs}`,
    speed: known ? speed.toFixed(speed < 10 ? 1 : 0) : '–',
    left: known ? clock(remaining / speed) : '–',
    terms: showTerms(terms),
  }
}

/** For terminals: a bar for the running epoch, and a line that stays for each finished one. */
export const terminalDisplay = (out: WriteStream, dim: (text: string) => string): Display => {
  let running: Running | null = null

  const start = (view: StepView): Running => {
    const bar = barOf(out, format, textWidth + showTerms(view.terms).length)
    const state = { bar, started: performance.now(), first: view.done, terms: view.terms }
    bar.start(view.steps, view.done, texts(view, state))
    return state
  }

  const stop = (): void => {
    running?.bar.stop()
    running = null
  }

  return {
    step: (view) => {
      running ??= start(view)
      running.terms = follow(running.terms, view.terms)
      running.bar.update(view.done, texts(view, running))
    },
    epoch: (view) => {
      stop()
      out.write(`${epochLine(view)}\n`)
    },
    line: (text) => {
      stop()
      out.write(`${text}\n`)
    },
    warning: (text) => {
      stop()
      out.write(`${dim(`note: ${text}`)}\n`)
    },
    stop,
  }
}
