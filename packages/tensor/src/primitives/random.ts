import { showShape, sizeOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { Definition } from './definition.ts'

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const

/**
 * Threefry-2x32 with 20 rounds: 64 bits of the stream of a 64-bit key at a 64-bit counter, each as two words
 * from 0 to 2³² − 1. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 *
 * ```ts
 * threefry2x32([0, 0], [0, 0]) // → [1797259609, 2579123966]
 * ```
 */
export const threefry2x32 = (
  key: readonly [number, number],
  counter: readonly [number, number],
): [number, number] => {
  const schedule = [key[0], key[1], (key[0] ^ key[1] ^ 0x1bd11bda) >>> 0] as const
  let x = (counter[0] + schedule[0]) >>> 0
  let y = (counter[1] + schedule[1]) >>> 0
  for (let group = 0; group < 5; group++) {
    for (const rotation of rotations[(group % 2) as 0 | 1]) {
      x = (x + y) >>> 0
      y = (((y << rotation) | (y >>> (32 - rotation))) ^ x) >>> 0
    }
    x = (x + schedule[((group + 1) % 3) as 0 | 1 | 2]) >>> 0
    y = (y + schedule[((group + 2) % 3) as 0 | 1 | 2] + group + 1) >>> 0
  }
  return [x, y]
}

export const randomBits: Definition<'randomBits'> = {
  spec: ([keys], { shape }) => {
    if (keys!.dtype !== 'u32' || keys!.shape.at(-1) !== 2)
      throw new ShapeError(
        `randomBits: a key is u32 [2], and several are u32 […, 2]; got ${keys!.dtype} ${showShape(keys!.shape)}`,
      )
    return { shape: [...keys!.shape.slice(0, -1), ...shape], dtype: 'u32' }
  },
  evaluate: ([keys], { shape }, { data }) => {
    const size = sizeOf(shape)
    for (let start = 0, word = 0; start < data.length; start += size, word += 2) {
      const key = [keys!.data[word]!, keys!.data[word + 1]!] as const
      for (let block = 0; 2 * block < size; block++) {
        const [x, y] = threefry2x32(key, [Math.floor(block / 2 ** 32), block >>> 0])
        data[start + 2 * block] = x
        if (2 * block + 1 < size) data[start + 2 * block + 1] = y
      }
    }
  },
}
