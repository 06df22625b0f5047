import { tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Dataset, exampleCount, exampleShape, flattenExamples, take } from './dataset.ts'

const dataset = (count: number): Dataset<[2, 3]> => ({
  name: 'numbers',
  split: 'train',
  examples: tensor(
    [count, 2, 3],
    Uint8Array.from({ length: count * 6 }, (_, index) => index),
    'u8',
  ),
  labels: O.some(
    tensor(
      [count],
      Uint8Array.from({ length: count }, (_, index) => index),
      'u8',
    ),
  ),
})

describe('take', () => {
  it('keeps the first examples and their labels, or all if there are fewer', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.nat(12), (count, n) => {
        const kept = Math.min(n, count)
        expect(pipe(dataset(count), take(n))).toEqual(dataset(kept))
      }),
    )
  })

  it('shares the bytes of the dataset', () => {
    const all = dataset(4)
    expect(take(2)(all).examples.data.buffer).toBe(all.examples.data.buffer)
  })

  it('refuses what is no number of examples', () => {
    for (const n of [-1, 0.5, Number.NaN]) expect(() => take(n)(dataset(2))).toThrow(`got ${n}`)
  })
})

describe('flattenExamples', () => {
  it('makes a row of each example', () => {
    const rows = pipe(dataset(4), flattenExamples(6))
    expectTypeOf(rows).toEqualTypeOf<Dataset<[6]>>()
    expect(rows.examples.shape).toEqual([4, 6])
    expect(rows.examples.data).toEqual(dataset(4).examples.data)
    expect(exampleCount(rows)).toBe(4)
    expect(exampleShape(rows)).toEqual([6])
  })

  it('refuses another number of features', () => {
    expect(() => flattenExamples(7)(dataset(1))).toThrow(
      'flattenExamples: expected examples of 7 elements, got [2, 3] with 6',
    )
  })
})
