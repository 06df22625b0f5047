import { key, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { binarise } from './binarise.ts'
import { type Dataset, firstExamples, inMemory, take } from './dataset.ts'
import { examplesOf } from './examples.ts'

const images = (rows: readonly (readonly number[])[], size: number): Dataset<[number]> => ({
  name: 'images',
  split: 'train',
  examples: examplesOf<[number], 'u8'>(
    tensor<[number, number], 'u8'>([rows.length, size], rows.flat(), 'u8'),
  ),
  labels: O.none,
})

describe('binarise', () => {
  it('draws an example by the key and its index alone', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.array(fc.nat(255), { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 9 }),
        fc.infiniteStream(fc.nat()),
        (seed, rows, stream) => {
          const { examples } = binarise(key(seed))(images(rows, 7))
          const order = [...stream.take(5)].map((row) => row % rows.length)
          const alone = order.flatMap((row) => [...examples.gather([row]).data])
          expect([...examples.gather(order).data]).toEqual(alone)
          const first = pipe(images(rows, 7), take(1), binarise(key(seed)), inMemory, firstExamples(1))
          expect(first).toEqual(examples.gather([0]))
        },
      ),
    )
  })

  it('keeps black and white, and gives nothing else', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(255)), (seed, row) => {
        const { data } = binarise(key(seed))(images([row], row.length)).examples.gather([0])
        row.forEach((pixel, place) => {
          expect([0, 255]).toContain(data[place])
          if (pixel === 0 || pixel === 255) expect(data[place]).toBe(pixel)
        })
      }),
    )
  })

  it('is white with the probability of the intensity, independently', () => {
    const size = 20_000
    for (const pixel of [1, 51, 128, 254]) {
      const row = new Array<number>(size).fill(pixel)
      const { examples } = binarise(key(5))(images([row, row], size))
      const [first, second] = [0, 1].map((index) => examples.gather([index]).data) as [Uint8Array, Uint8Array]
      const p = pixel / 255
      // Five standard errors; the key is fixed, so this cannot fail by chance.
      const error = 5 * Math.sqrt((p * (1 - p)) / size)
      for (const drawn of [first, second])
        expect(Math.abs(drawn.filter((value) => value === 255).length / size - p)).toBeLessThan(error)
      const bothWhite = first.filter((value, place) => value === 255 && second[place] === 255).length
      expect(Math.abs(bothWhite / size - p ** 2)).toBeLessThan(5 * Math.sqrt((p ** 2 * (1 - p ** 2)) / size))
    }
  })
})
