import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { key, randomBits } from '../random.ts'
import { threefry2x32 } from './random.ts'
import { specOf } from './table.ts'

const hex = (words: readonly number[]): string =>
  words.map((word) => word.toString(16).padStart(8, '0')).join(' ')

describe('threefry2x32', () => {
  // Random123, tests/kat_vectors, "threefry2x32 20".
  it.each([
    ['00000000 00000000', '00000000 00000000', '6b200159 99ba4efe'],
    ['ffffffff ffffffff', 'ffffffff ffffffff', '1cb996fc bb002be7'],
    ['13198a2e 03707344', '243f6a88 85a308d3', 'c4923a9c 483df7a0'],
  ])('key %s, counter %s → %s', (from, counter, expected) => {
    const words = (text: string): [number, number] => {
      const [x, y] = text.split(' ').map((word) => Number.parseInt(word, 16))
      return [x!, y!]
    }
    expect(hex(threefry2x32(words(from), words(counter)))).toBe(expected)
  })
})

describe('randomBits', () => {
  it('is the stream of the key: words 2j and 2j + 1 are those of the block with counter (0, j)', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(9), (seed, size) => {
        const from = key(seed)
        const expected = Array.from({ length: size }, (_, index) => {
          const block = threefry2x32([from.data[0]!, from.data[1]!], [0, index >> 1])
          return block[index & 1]!
        })
        expect([...randomBits(from, [size]).data]).toEqual(expected)
      }),
    )
  })

  it('depends on the number of elements and not on the shape', () => {
    const from = key(5)
    expect(randomBits(from, [2, 3]).data).toEqual(randomBits(from, [6]).data)
    expect(randomBits(from, [6]).data.slice(0, 5)).toEqual(randomBits(from, [5]).data)
    expect(randomBits(from, [])).toMatchObject({ shape: [], dtype: 'u32' })
  })

  it('refuses what is no key', () => {
    expect(() => specOf('randomBits', [{ shape: [3], dtype: 'u32' }], { shape: [] })).toThrow(
      'randomBits: a key is u32 [2], and several are u32 […, 2]; got u32 [3]',
    )
    expect(() => specOf('randomBits', [{ shape: [2], dtype: 'f32' }], { shape: [] })).toThrow('got f32 [2]')
  })
})
