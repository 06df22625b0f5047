import type { Display } from './display.ts'
import { epochLine } from './text.ts'

/** For pipes and files: one plain line for each epoch. */
export const plainDisplay = (out: NodeJS.WritableStream, err: NodeJS.WritableStream): Display => ({
  step: () => undefined,
  epoch: (view) => out.write(`${epochLine(view)}\n`),
  line: (text) => out.write(`${text}\n`),
  warning: (text) => err.write(`note: ${text}\n`),
  stop: () => undefined,
})
