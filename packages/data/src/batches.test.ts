import * as fc from 'fast-check'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { evaluationBatches, trainingBatches, type WeightedBatch } from './batches.ts'
import type { Dataset } from './dataset.ts'
import { renderedExamples } from './examples.ts'

const pair = (index: number): [number, number] => [2 * index, 2 * index + 1]

/** Example i holds the numbers 2i and 2i + 1. */
const dataset = (count: number): Dataset<[2], 'f32'> => ({
  name: 'pairs',
  split: 'train',
  examples: renderedExamples({
    count,
    shape: [2],
    dtype: 'f32',
    render: (index, target, offset) => target.set(pair(index), offset),
  }),
  labels: O.none,
})

const sizes = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 }))

describe('trainingBatches', () => {
  it('visits the examples in the given order, up to the tail that it counts as dropped', () => {
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), ([count, batch], stream) => {
        const order = Uint32Array.from(stream.take(count), (index) => index % count)
        const batches = trainingBatches(dataset(count), order, batch)
        const all = [...batches]
        expect(all.length).toBe(batches.count)
        expect(all.every(({ examples }) => examples.shape[0] === batch && examples.shape[1] === 2)).toBe(true)
        expect(batches.dropped).toBe(count - batches.count * batch)
        expect(batches.dropped).toBeLessThan(batch)
        const visited = all.flatMap(({ examples }) => [...examples.data])
        const expected = [...order.subarray(0, count - batches.dropped)].flatMap(pair)
        expect(visited).toEqual(expected)
        expect(all.every(({ weights }) => weights.data.every((weight) => weight === 1))).toBe(true)
        for (const [index, examples] of all.entries()) expect(batches.at(index)).toEqual(examples)
      }),
    )
  })

  it('has the static shape of the batch in its type', () => {
    const { at } = trainingBatches(dataset(4), Uint32Array.of(0, 1, 2, 3), 2)
    expectTypeOf(at).returns.toEqualTypeOf<WeightedBatch<2, [2], 'f32'>>()
  })

  it('refuses an empty batch, an example that is not there and a batch that is not there', () => {
    expect(() => trainingBatches(dataset(2), Uint32Array.of(0), 0)).toThrow(
      'a batch of at least 1 example, got 0',
    )
    expect(() => trainingBatches(dataset(2), Uint32Array.of(0, 5), 1)).toThrow(
      'trainingBatches: expected an example from 0 to 1, got 5',
    )
    expect(() => trainingBatches(dataset(2), Uint32Array.of(0, 1), 2).at(1)).toThrow('from 0 to 0, got 1')
  })
})

describe('evaluationBatches', () => {
  it('holds every example once with weight 1, and repeats the last one with weight 0', () => {
    fc.assert(
      fc.property(sizes, ([count, batch]) => {
        const batches = evaluationBatches(dataset(count), batch)
        const all = [...batches]
        expect(all.length).toBe(batches.count)
        expect(
          all.every(({ examples, weights }) => examples.shape[0] === batch && weights.shape[0] === batch),
        ).toBe(true)
        const weights = all.flatMap((one) => [...one.weights.data])
        expect(weights).toEqual([...Array(count).fill(1), ...Array(batches.padded).fill(0)])
        const visited = all.flatMap(({ examples }) => [...examples.data])
        expect(visited.slice(0, 2 * count)).toEqual(Array.from({ length: count }, (_, i) => pair(i)).flat())
        const last = pair(count - 1)
        expect(visited.slice(2 * count)).toEqual(Array(batches.padded).fill(last).flat())
        for (const [index, one] of all.entries()) expect(batches.at(index)).toEqual(one)
      }),
    )
  })

  it('refuses an empty batch', () => {
    expect(() => evaluationBatches(dataset(2), -1)).toThrow('a batch of at least 1 example, got -1')
  })
})
