import type { Display } from './display.ts'
import { type Measuring, plainMeasuring, terminalMeasuring } from './measuring.ts'
import { plainDisplay } from './plain.ts'
import { terminalDisplay } from './terminal.ts'

/** Letters with ANSI styles, or without where nobody asked for them (https://no-color.org). */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

const wrap =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`

const plain = (text: string): string => text

/** The style of standard output. */
export const outputStyle = (): Style =>
  process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
    ? { bold: wrap(1, 22), dim: wrap(2, 22) }
    : { bold: plain, dim: plain }

/** The display of standard output: with a progress bar on a terminal, else plain lines. */
export const outputDisplay = (): Display =>
  process.stdout.isTTY && process.env.TERM !== 'dumb'
    ? terminalDisplay(process.stdout, outputStyle().dim)
    : plainDisplay(process.stdout, process.stderr)

/** The display of an evaluation on standard error, so that standard output holds nothing but figures. */
export const errorMeasuring = (): Measuring =>
  process.stderr.isTTY && process.env.TERM !== 'dumb'
    ? terminalMeasuring(process.stderr)
    : plainMeasuring(process.stderr)
