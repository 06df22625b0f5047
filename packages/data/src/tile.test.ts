import { type TensorOf, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { enlarge, tile } from './tile.ts'

describe('tile', () => {
  it('lays images out row by row, with gaps between them and background in cells left over', () => {
    const images = tensor([3, 1, 2], Uint8Array.of(1, 2, 3, 4, 5, 6), 'u8')
    const sheet = tile(images, { columns: 2, gap: 1, background: 9 })
    expect(sheet.shape).toEqual([3, 5])
    expect([...sheet.data]).toEqual([1, 2, 9, 3, 4, 9, 9, 9, 9, 9, 5, 6, 9, 9, 9])
    expectTypeOf(sheet).toEqualTypeOf<TensorOf<[number, number], 'u8'>>()
  })

  it('puts every pixel where its image is', () => {
    const small = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(fc.nat(7), small, small, small, fc.nat(2), (count, height, width, columns, gap) => {
        const data = Uint8Array.from({ length: count * height * width }, (_, index) => (index % 255) + 1)
        const { shape, data: sheet } = tile(tensor([count, height, width], data, 'u8'), { columns, gap })
        for (let n = 0; n < count; n++)
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++) {
              const row = Math.floor(n / columns) * (height + gap) + y
              const column = (n % columns) * (width + gap) + x
              expect(sheet[row * shape[1] + column]).toBe(data[(n * height + y) * width + x])
            }
        expect(sheet.filter((value) => value !== 0).length).toBe(data.length)
      }),
    )
  })

  it('refuses a sheet without columns and a gap that is no whole number', () => {
    const images = tensor([1, 1, 1], Uint8Array.of(1), 'u8')
    expect(() => tile(images, { columns: 0 })).toThrow(
      'expected columns to be a whole number of at least 1, got 0',
    )
    expect(() => tile(images, { columns: 1, gap: 0.5 })).toThrow('expected gap to be a whole number')
  })
})

describe('enlarge', () => {
  it('repeats every pixel to a square', () => {
    const { shape, data } = enlarge(tensor([2, 2], Uint8Array.of(1, 2, 3, 4), 'u8'), 2)
    expect(shape).toEqual([4, 4])
    expect([...data]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
  })

  it('is the nearest pixel everywhere', () => {
    const small = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(small, small, small, (height, width, factor) => {
        const image = tensor(
          [height, width],
          Uint8Array.from({ length: height * width }, (_, index) => index * 7),
          'u8',
        )
        const large = enlarge(image, factor)
        expect(large.shape).toEqual([height * factor, width * factor])
        large.data.forEach((value, index) => {
          const y = Math.floor(index / (width * factor) / factor)
          const x = Math.floor((index % (width * factor)) / factor)
          expect(value).toBe(image.data[y * width + x])
        })
      }),
    )
  })

  it('refuses a factor that is no whole number of at least 1', () => {
    expect(() => enlarge(tensor([1, 1], Uint8Array.of(1), 'u8'), 1.5)).toThrow('got 1.5')
  })
})
