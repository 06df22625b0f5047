import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Found } from '../metrics/measure.ts'
import { decodeEvaluation, encodeEvaluation, noEvaluation, withFound } from './evaluation.ts'

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)

const row = fc.record({
  name: fc.string({ minLength: 1 }),
  title: fc.string(),
  unit: fc.string(),
  value: number,
  standardError: fc.option(number),
})

const found: fc.Arbitrary<readonly Found[]> = fc.uniqueArray(
  fc.record({ metric: fc.constantFrom('elbo', 'nll', 'ais', 'aggregate'), rows: fc.array(row) }),
  { selector: ({ metric }) => metric },
)

const epoch = fc.nat(100)

describe('evaluation.json', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(found, epoch, (list, at) => {
        const evaluation = withFound(noEvaluation, at, list)
        expect(decodeEvaluation(encodeEvaluation(evaluation), 'file')).toEqual(E.right(evaluation))
      }),
    )
  })

  it('keeps of each metric what was found last, with its epoch', () => {
    fc.assert(
      fc.property(found, epoch, found, epoch, (first, before, second, after) => {
        const { metrics } = withFound(withFound(noEvaluation, before, first), after, second)
        const names = new Set([...first, ...second].map(({ metric }) => metric))
        expect(new Set(Object.keys(metrics))).toEqual(names)
        for (const { metric, rows } of second)
          expect(metrics[metric]).toEqual({ epoch: after, figures: rows })
        for (const { metric, rows } of first)
          if (!second.some((other) => other.metric === metric))
            expect(metrics[metric]).toEqual({ epoch: before, figures: rows })
      }),
    )
  })

  it.each([
    ['{', /^file: not JSON/],
    ['{}', /^file: format: expected "vae-evaluation-1"/],
    [
      '{"format":"vae-evaluation-1","metrics":{"nll":{"epoch":-1,"figures":[]}}}',
      /^file: metrics\.nll\.epoch: /,
    ],
    [
      '{"format":"vae-evaluation-1","metrics":{"nll":{"epoch":1,"figures":[{"name":"nll"}]}}}',
      /^file: metrics\.nll\.figures\.0\./,
    ],
  ])('refuses %s', (text, sentence) => {
    const decoded = decodeEvaluation(text, 'file')
    expect(E.isLeft(decoded) && decoded.left.message).toMatch(sentence)
  })
})
