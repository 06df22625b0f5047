import fc from 'fast-check'
import { type Cases, dtypes, random, seed, shape } from '../case.ts'

const extrema = fc
  .tuple(shape, dtypes('f32', 'f32', 'i32', 'u32', 'u8'), seed, fc.boolean())
  .chain(([dims, dtype, s, special]) =>
    fc.subarray([...dims.keys()]).map((axes) => ({
      operands: [random(dims, dtype, s, special)],
      parameters: { axes },
    })),
  )

/** Many elements to one, or to a running one. */
export const reduction = {
  sum: fc.tuple(shape, dtypes('f32', 'f32', 'i32', 'u32'), seed).chain(([dims, dtype, s]) =>
    fc.subarray([...dims.keys()]).map((axes) => ({
      operands: [random(dims, dtype, s)],
      parameters: { axes },
      // rounded once more between two passes
      ulps: 1,
      bound: axes.reduce((size, axis) => size * dims[axis]!, 8) * 2 ** -24,
    })),
  ),
  reduceMax: extrema,
  reduceMin: extrema,
} satisfies Cases
