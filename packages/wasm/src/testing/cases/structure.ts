import fc from 'fast-check'
import { type Cases, dtypes, every, perAxis, random, seed, shape, unary } from '../case.ts'

/** Constants, and elements in another order or under another type. */
export const structure = {
  fill: fc.tuple(shape, every, fc.constantFrom(0, 1, 3)).map(([dims, dtype, value]) => ({
    operands: [],
    parameters: { shape: dims, dtype, value: dtype === 'bool' ? Math.min(1, value) : value },
  })),
  reshape: fc.tuple(shape, every, seed).map(([dims, dtype, s]) => ({
    operands: [random(dims, dtype, s)],
    parameters: { shape: [...dims].reverse() },
  })),
  stopGradient: unary(['f32', 'u8', 'bool']),
  permute: fc.tuple(shape, every, seed).chain(([dims, dtype, s]) =>
    fc.shuffledSubarray([...dims.keys()], { minLength: dims.length }).map((axes) => ({
      operands: [random(dims, dtype, s)],
      parameters: { axes },
    })),
  ),
  broadcastTo: fc.tuple(shape, every, seed).chain(([dims, dtype, s]) =>
    fc
      .tuple(
        perAxis(dims, () => fc.boolean()),
        fc.nat({ max: dims.length }),
      )
      .map(([ones, dropped]) => ({
        operands: [random(dims.map((size, axis) => (ones[axis] ? 1 : size)).slice(dropped), dtype, s)],
        parameters: { shape: dims },
      })),
  ),
  slice: fc.tuple(shape, every, seed).chain(([dims, dtype, s]) =>
    perAxis(dims, (size) =>
      fc.tuple(fc.nat({ max: size }), fc.nat({ max: size }), fc.integer({ min: 1, max: 3 })),
    ).map((axes) => ({
      operands: [random(dims, dtype, s)],
      parameters: {
        start: axes.map(([a, b]) => Math.min(a, b)),
        limit: axes.map(([a, b]) => Math.max(a, b)),
        stride: axes.map(([, , step]) => step),
      },
    })),
  ),
  pad: fc.tuple(shape, every, seed).chain(([dims, dtype, s]) =>
    perAxis(dims, (size) =>
      fc
        .tuple(fc.integer({ min: -3, max: 4 }), fc.integer({ min: -3, max: 4 }), fc.nat({ max: 2 }))
        .filter(([low, high, interior]) => size + Math.max(0, size - 1) * interior + low + high >= 0),
    ).map((axes) => ({
      operands: [random(dims, dtype, s)],
      parameters: {
        low: axes.map(([low]) => low),
        high: axes.map(([, high]) => high),
        interior: axes.map(([, , interior]) => interior),
      },
    })),
  ),
  cast: fc.tuple(shape, every, every, seed).map(([dims, from, to, s]) => ({
    operands: [random(dims, from, s, true)],
    parameters: { dtype: to },
  })),
  bitcast: fc
    .tuple(shape, dtypes('f32', 'i32', 'u32'), fc.constantFrom('f32', 'i32', 'u32'), seed)
    .map(([dims, from, to, s]) => ({ operands: [random(dims, from, s)], parameters: { dtype: to } })),

  barrier: fc
    .tuple(shape, every, fc.array(shape, { maxLength: 2 }), seed)
    .map(([dims, dtype, others, s]) => ({
      operands: [random(dims, dtype, s, true), ...others.map((other, i) => random(other, 'f32', s + i))],
      parameters: {},
    })),
  concat: fc
    .tuple(
      shape.filter((dims) => dims.length > 0),
      every,
      seed,
    )
    .chain(([dims, dtype, s]) =>
      fc
        .tuple(fc.nat({ max: dims.length - 1 }), fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 4 }))
        .map(([axis, sizes]) => ({
          operands: sizes.map((size, i) =>
            random(
              dims.map((dim, a) => (a === axis ? size : dim)),
              dtype,
              s + i,
            ),
          ),
          parameters: { axis },
        })),
    ),
  flip: fc.tuple(shape, every, seed).chain(([dims, dtype, s]) =>
    fc.subarray([...dims.keys()]).map((axes) => ({
      operands: [random(dims, dtype, s)],
      parameters: { axes },
    })),
  ),
  iota: fc
    .tuple(
      shape.filter((dims) => dims.length > 0),
      fc.constantFrom('f32', 'i32', 'u32'),
      fc.nat(),
    )
    .map(([dims, dtype, axis]) => ({
      operands: [],
      parameters: { shape: dims, dtype, axis: axis % dims.length },
    })),
} satisfies Cases
