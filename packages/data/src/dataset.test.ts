import { tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type Dataset,
  exampleCount,
  exampleShape,
  firstExamples,
  flattenExamples,
  inMemory,
  selected,
  take,
} from './dataset.ts'
import { examplesOf, renderedExamples } from './examples.ts'

const bytes = (count: number, size: number): Uint8Array =>
  Uint8Array.from({ length: count * size }, (_, place) => place)

const dataset = (count: number): Dataset<[2, 3]> => ({
  name: 'numbers',
  split: 'train',
  examples: examplesOf<[2, 3], 'u8'>(tensor<[number, 2, 3], 'u8'>([count, 2, 3], bytes(count, 6), 'u8')),
  labels: O.some(tensor<[number], 'u8'>([count], bytes(count, 1), 'u8')),
})

/** What a dataset holds, without how. */
const contents = ({ name, split, labels, ...rest }: Dataset) => ({
  name,
  split,
  labels,
  examples: firstExamples(exampleCount(rest))({ name, split, labels, ...rest }),
})

describe('selected', () => {
  it('takes examples together with their labels', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 12 }), (indices) => {
        const { examples, labels } = selected(Uint32Array.from(indices))(dataset(10))
        expect(examples.count).toBe(indices.length)
        const rows = examples.gather(indices.map((_, row) => row))
        expect([...rows.data]).toEqual(indices.flatMap((i) => [0, 1, 2, 3, 4, 5].map((j) => 6 * i + j)))
        expect(labels).toEqual(O.some(tensor([indices.length], indices, 'u8')))
      }),
    )
  })
})

describe('take', () => {
  it('keeps the first examples and their labels, or all if there are fewer', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.nat(12), (count, n) => {
        const kept = Math.min(n, count)
        expect(contents(pipe(dataset(count), take(n)))).toEqual(contents(dataset(kept)))
      }),
    )
  })

  it('refuses what is no number of examples', () => {
    for (const n of [-1, 0.5, Number.NaN]) expect(() => take(n)(dataset(2))).toThrow(`got ${n}`)
  })
})

describe('flattenExamples', () => {
  it('makes a row of each example', () => {
    const rows = pipe(dataset(4), flattenExamples(6))
    expectTypeOf(rows).toEqualTypeOf<Dataset<[6]>>()
    expect(firstExamples(4)(rows).data).toEqual(firstExamples(4)(dataset(4)).data)
    expect(exampleCount(rows)).toBe(4)
    expect(exampleShape(rows)).toEqual([6])
  })

  it('refuses another number of features', () => {
    expect(() => flattenExamples(7)(dataset(1))).toThrow('as [2, 3] has, got [7] with 7')
  })
})

describe('inMemory', () => {
  it('draws each example once', () => {
    const drawn: number[] = []
    const kept = inMemory({
      ...dataset(0),
      labels: O.none,
      examples: renderedExamples({
        count: 5,
        shape: [2, 3],
        dtype: 'u8',
        render: (index, target, offset) => {
          drawn.push(index)
          target.fill(index, offset, offset + 6)
        },
      }),
    })
    for (const _ of [1, 2, 3]) expect([...kept.examples.gather([4]).data]).toEqual([4, 4, 4, 4, 4, 4])
    expect(drawn).toEqual([0, 1, 2, 3, 4])
  })
})
