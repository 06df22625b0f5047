import { tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Dataset } from './dataset.ts'
import { examplesOf } from './examples.ts'
import { datasetStatistics } from './statistics.ts'

const dataset = (values: readonly number[]): Dataset<[2], 'f32'> => ({
  name: 'pairs',
  split: 'train',
  examples: examplesOf<[2], 'f32'>(tensor<[number, 2]>([values.length / 2, 2], [...values])),
  labels: O.none,
})

describe('datasetStatistics', () => {
  it('are those of the definitions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.nat(9)), { minLength: 1, maxLength: 600 }),
        (pairs) => {
          const { mean, deviation, range } = datasetStatistics(dataset(pairs.flat()))
          for (const place of [0, 1] as const) {
            const column = pairs.map((pair) => pair[place])
            const average = column.reduce((sum, value) => sum + value, 0) / column.length
            const squares = column.reduce((sum, value) => sum + (value - average) ** 2, 0) / column.length
            expect(mean.data[place]).toBeCloseTo(average, 4)
            expect(deviation.data[place]).toBeCloseTo(Math.sqrt(squares), 4)
          }
          expect(range).toEqual([Math.min(...pairs.flat()), Math.max(...pairs.flat())])
        },
      ),
    )
  })

  it('does not lose a small deviation beside a large mean', () => {
    const { deviation } = datasetStatistics(dataset([2 ** 20, 1, 2 ** 20 + 1, 1]))
    expect([...deviation.data]).toEqual([0.5, 0])
  })

  it('refuses a dataset without examples', () => {
    expect(() => datasetStatistics(dataset([]))).toThrow('expected at least one example, pairs has none')
  })
})
