import { performance } from 'node:perf_hooks'
import type { WriteStream } from 'node:tty'
import { Presets, SingleBar } from 'cli-progress'
import type { Display, StepView } from './display.ts'
import { epochLine, nats } from './text.ts'

/** `1:05`, `2:03:04`. */
const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  const tail = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(whole % 60).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${tail}` : tail
}

/** How fast the shown means follow the steps: about the last twenty. */
const inertia = 0.95

interface Running {
  readonly bar: SingleBar
  readonly started: number
  readonly first: number
  reconstruction: number
  kl: number
}

const format =
  'epoch {epoch} {bar} {speed} steps/s · reconstruction {reconstruction} · KL {kl} nats per image · {left} left'

/** For terminals: a bar for the running epoch, and a line that stays for each finished one. */
export const terminalDisplay = (out: WriteStream, dim: (text: string) => string): Display => {
  let running: Running | null = null

  const start = ({ done, steps }: StepView, first: { reconstruction: number; kl: number }): Running => {
    const bar = new SingleBar(
      {
        format,
        stream: out,
        barsize: Math.max(8, Math.min(32, out.columns - 98)),
        clearOnComplete: true,
        hideCursor: true,
        linewrap: true,
        gracefulExit: false,
        fps: 10,
      },
      Presets.shades_classic,
    )
    bar.start(steps, 0, { epoch: '', speed: '–', reconstruction: '', kl: '', left: '–' })
    return { bar, started: performance.now(), first: done, ...first }
  }

  const stop = (): void => {
    running?.bar.stop()
    running = null
  }

  return {
    step: (view) => {
      running ??= start(view, view)
      running.reconstruction = inertia * running.reconstruction + (1 - inertia) * view.reconstruction
      running.kl = inertia * running.kl + (1 - inertia) * view.kl
      const seconds = (performance.now() - running.started) / 1000
      const speed = (view.done - running.first) / seconds
      const remaining = (view.epochs - view.epoch) * view.steps + view.steps - view.done
      const known = view.done > running.first
      running.bar.update(view.done, {
        epoch: `${view.epoch}/${view.epochs}`,
        speed: known ? speed.toFixed(speed < 10 ? 1 : 0) : '–',
        reconstruction: nats(running.reconstruction),
        kl: nats(running.kl),
        left: known ? clock(remaining / speed) : '–',
      })
    },
    epoch: (line, epochs) => {
      stop()
      out.write(`${epochLine(line, epochs)}\n`)
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
