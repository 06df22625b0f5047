import type { Display } from './display.ts'
import { epochLine } from './text.ts'

/** For pipes and files: one plain line for each epoch. */
export const plainDisplay = (out: NodeJS.WritableStream, err: NodeJS.WritableStream): Display => ({
  step: () => undefined,
  epoch: (line, epochs) => out.write(`${epochLine(line, epochs)}\n`),
  line: (text) => out.write(`${text}\n`),
  warning: (text) => err.write(`note: ${text}\n`),
  stop: () => undefined,
})
