import fc from 'fast-check'
import { type Cases, dtypes, random, seed, shape } from '../case.ts'

/** A tensor with an axis; one without special values has many equal ones if it is of integers. */
const lines = fc
  .tuple(
    shape.filter((dims) => dims.length > 0),
    dtypes('f32', 'f32', 'i32', 'u32', 'u8'),
    seed,
    fc.boolean(),
    fc.nat(),
    fc.boolean(),
  )
  .map(([dims, dtype, s, special, axis, flag]) => ({
    operands: [random(dims, dtype, s, special)],
    axis: axis % dims.length,
    flag,
  }))

/** What looks at the elements along an axis in their order. */
export const order = {
  argmax: lines.map(({ operands, axis }) => ({ operands, parameters: { axis } })),
  argmin: lines.map(({ operands, axis }) => ({ operands, parameters: { axis } })),
  argsort: lines.map(({ operands, axis, flag }) => ({ operands, parameters: { axis, descending: flag } })),
  cumsum: lines.map(({ operands, axis, flag }) => ({ operands, parameters: { axis, reverse: flag } })),
} satisfies Cases
