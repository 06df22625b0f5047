import fc from 'fast-check'
import { type Cases, dim, random, seed } from '../case.ts'

/** Sums of products. */
export const product = {
  matmul: fc
    .record({
      batch: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
      m: dim,
      n: dim,
      k: dim,
      transposeLeft: fc.boolean(),
      transposeRight: fc.boolean(),
      s: seed,
    })
    .map(({ batch, m, n, k, s, ...parameters }) => ({
      operands: [
        random([...batch, ...(parameters.transposeLeft ? [k, m] : [m, k])], 'f32', s),
        random([...batch, ...(parameters.transposeRight ? [n, k] : [k, n])], 'f32', s + 1),
      ],
      parameters,
      // k products of at most 64, and as many roundings
      bound: k * 64 * k * 2 ** -24,
    })),
} satisfies Cases
