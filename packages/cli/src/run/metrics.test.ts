import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeMetrics, encodeMetrics, linesUpTo, type MetricsLine } from './metrics.ts'

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)

const figures = fc.dictionary(fc.constantFrom('loss', 'kl', 'meanSquaredError', 'usage1'), number)

const lines: fc.Arbitrary<readonly MetricsLine[]> = fc
  .array(
    fc.record({
      step: fc.integer({ min: 1 }),
      train: figures,
      test: figures,
      weights: figures,
      learningRate: number,
      seconds: fc.option(number),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((list) => list.map((line, index) => ({ epoch: index + 1, ...line })))

const settled = (epoch: number, found: readonly MetricsLine[], last: MetricsLine | null) => {
  if (last === null) return linesUpTo(epoch, found, null, 'metrics')
  const { seconds, ...figures } = last
  return linesUpTo(epoch, found, figures, 'metrics')
}

describe('metrics.jsonl', () => {
  it('reads what it wrote, also with a piece of a line at the end', () => {
    fc.assert(
      fc.property(lines, fc.nat(200), (written, cut) => {
        const text = encodeMetrics(written)
        expect(decodeMetrics(text, 'metrics')).toEqual(E.right(written))
        const piece = text.slice(0, cut)
        const whole = written.slice(0, piece.split('\n').length - 1)
        expect(decodeMetrics(piece, 'metrics')).toEqual(E.right(whole))
      }),
    )
  })

  it('is settled with the checkpoint, whatever a crash took', () => {
    fc.assert(
      fc.property(lines, fc.nat(5), (all, epoch) => {
        const at = Math.min(epoch, all.length)
        const last = all[at - 1] ?? null
        expect(settled(at, all, last)).toEqual(E.right(all.slice(0, at)))
        const missing = settled(at, all.slice(0, Math.max(0, at - 1)), last)
        expect(missing).toEqual(
          E.right(all.slice(0, at).map((line, i) => (i === at - 1 ? { ...line, seconds: null } : line))),
        )
      }),
    )
  })

  it('refuses lines that do not belong together', () => {
    const [first] = fc.sample(lines, { seed: 1, numRuns: 1 })
    const line = first![0]!
    expect(settled(2, [line, { ...line, epoch: 3 }], null)).toEqual(
      E.left({ message: 'metrics: line 2: expected epoch 2, got 3' }),
    )
    expect(settled(3, [line], null)).toEqual(
      E.left({
        message: 'metrics: expected a line for each of the 3 epochs of the checkpoint, got 1',
      }),
    )
    expect(decodeMetrics('{}\n', 'metrics')).toEqual(
      E.left({ message: 'metrics: line 1: epoch: expected number, received undefined' }),
    )
  })
})
