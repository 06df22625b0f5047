import fc from 'fast-check'
import { type Cases, dim, dtypes, every, indices, random, seed } from '../case.ts'

/** Operand [batch, outer, size, inner] with indices [batch, count]. */
const rows = fc
  .record({
    batch: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
    outer: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 1 }),
    size: dim,
    inner: fc.array(dim, { maxLength: 2 }),
    count: fc.array(dim, { maxLength: 2 }),
    s: seed,
  })
  .map(({ batch, outer, size, inner, count, s }) => ({
    x: [...batch, ...outer, size, ...inner],
    gathered: [...batch, ...outer, ...count, ...inner],
    index: indices([...batch, ...count], s + 1, size),
    parameters: { axis: batch.length + outer.length, batchDims: batch.length },
    s,
  }))

/** Rows at given indices, some of them outside. */
export const gathering = {
  gather: fc.tuple(rows, every).map(([{ x, index, parameters, s }, dtype]) => ({
    operands: [random(x, dtype, s), index],
    parameters,
  })),
  scatterAdd: fc
    .tuple(rows, dtypes('f32', 'f32', 'i32', 'u32', 'u8'))
    .map(([{ x, gathered, index, parameters, s }, dtype]) => ({
      operands: [random(x, dtype, s), index, random(gathered, dtype, s + 2)],
      parameters,
    })),
} satisfies Cases
