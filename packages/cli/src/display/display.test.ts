import { PassThrough } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { describe, expect, it } from 'vitest'
import { plainDisplay } from './plain.ts'
import { terminalDisplay } from './terminal.ts'
import { duration, setting } from './text.ts'

const epoch = {
  epoch: 3,
  epochs: 10,
  loss: 110.256,
  test: '−ELBO 108.00 = reconstruction 88.50 + KL 19.50 nats per image',
  seconds: 4.2,
}

const text =
  'epoch  3/10 · train loss 110.26 · test −ELBO 108.00 = reconstruction 88.50 + KL 19.50 nats per image · 4.20 s\n'

const step = { epoch: 3, epochs: 10, done: 1, steps: 4, terms: { reconstruction: 88.5, KL: 19.5 } }

/** A stream that remembers what was written, with the width of a terminal. */
const remembering = (columns: number) => {
  const stream = new PassThrough()
  const chunks: string[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const methods = {
    isTTY: true,
    columns,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  }
  // Only what a progress bar uses of a terminal is there.
  const terminal = Object.assign(stream, methods) as object as WriteStream
  return { terminal, written: () => chunks.join('') }
}

describe('display', () => {
  it('writes one plain line for each epoch to a pipe', () => {
    const { terminal, written } = remembering(80)
    const display = plainDisplay(terminal, new PassThrough())
    display.step(step)
    display.epoch(epoch)
    display.stop()
    expect(written()).toBe(text)
  })

  it('draws a bar on a terminal, and leaves a line for each epoch', () => {
    const { terminal, written } = remembering(120)
    const display = terminalDisplay(terminal, (dimmed) => dimmed)
    display.step(step)
    display.epoch(epoch)
    display.stop()
    expect(written()).toContain('epoch 3/10')
    expect(written()).toContain('left · reconstruction 88.50 · KL 19.50')
    expect(written().endsWith(text)).toBe(true)
  })

  it('keeps the time left on a terminal of 80 columns', () => {
    const { terminal, written } = remembering(80)
    const display = terminalDisplay(terminal, (dimmed) => dimmed)
    display.step(step)
    display.stop()
    expect(written()).toContain(' left')
  })
})

describe('text', () => {
  it('shows times and settings as people write them', () => {
    expect([0.8421, 42.123, 185].map(duration)).toEqual(['0.84 s', '42.1 s', '3 min 05 s'])
    expect([0.001, 1e-5, 4, 0].map(setting)).toEqual(['0.001', '1e-5', '4', '0'])
  })
})
