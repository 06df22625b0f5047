import fc from 'fast-check'
import { type Cases, random, seed, shape } from '../case.ts'

/** Random words: keys of any shape, each with a stream of its own. */
export const randomness = {
  randomBits: fc
    .tuple(shape, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }), seed)
    .map(([dims, keys, s]) => ({
      operands: [random([...keys, 2], 'u32', s)],
      parameters: { shape: dims },
    })),
} satisfies Cases
