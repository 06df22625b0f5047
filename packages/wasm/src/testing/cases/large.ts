import type { DType, Primitive, PrimitiveParameters } from '@vae/tensor'
import { type Case, indices, random } from '../case.ts'

/** Larger than caches of the first level and than the shares of threads, with odd tails. */
const matrix = [517, 1031]
const cube = [61, 47, 33]

/** A case whose operands are random tensors of one shape. */
const on = <Parameters>(
  count: number,
  dtype: DType,
  parameters: Parameters,
  { ulps = 0, bound = 0, shape = matrix } = {},
): Case<Parameters> => ({
  operands: Array.from({ length: count }, (_, i) => random(shape, dtype, i + 1, true)),
  parameters,
  ulps,
  bound,
})

const unary = (ulps = 0) => [on(1, 'f32', {}, { ulps })]
const binary = (ulps = 0) => [on(2, 'f32', {}, { ulps })]
const bits = (count: number) => [on(count, 'u32', {})]

/** Along each of two axes. */
const along = <Parameters>(parametersOf: (axis: number) => Parameters): Case<Parameters>[] =>
  [0, 1].map((axis) => ({ operands: [random(matrix, 'f32', 4)], parameters: parametersOf(axis) }))

const axesOf = [[0], [1], [0, 1]]

const noDilation = { lhsDilation: [1, 1], rhsDilation: [1, 1], featureGroups: 1, batchGroups: 1 }

/** Some cases of every primitive whose tensors are large. */
export const largeCases: { readonly [P in Primitive]: readonly Case<PrimitiveParameters[P]>[] } = {
  fill: [{ operands: [], parameters: { shape: matrix, dtype: 'f32', value: 3 } }],
  reshape: [on(1, 'f32', { shape: [...matrix].reverse() })],
  stopGradient: unary(),
  barrier: binary(),
  permute: [
    [1, 0, 2],
    [2, 1, 0],
    [0, 2, 1],
  ].map((axes) => on(1, 'f32', { axes }, { shape: cube })),
  broadcastTo: [[1, 1031], [517, 1], [1031]].map((shape) => on(1, 'f32', { shape: matrix }, { shape })),
  slice: [on(1, 'f32', { start: [3, 5], limit: [515, 1030], stride: [1, 2] })],
  pad: [on(1, 'f32', { low: [-1, 3], high: [2, -5], interior: [0, 1] })],
  cast: [on(1, 'f32', { dtype: 'u8' }), on(1, 'u8', { dtype: 'f32' })],
  bitcast: [on(1, 'f32', { dtype: 'u32' })],
  concat: [0, 1].map((axis) => on(3, 'f32', { axis })),
  flip: axesOf.map((axes) => on(1, 'f32', { axes })),
  iota: [0, 1].map((axis) => ({ operands: [], parameters: { shape: matrix, axis, dtype: 'i32' } })),

  neg: unary(),
  abs: unary(),
  sign: unary(),
  floor: unary(),
  sqrt: unary(),
  exp: unary(1),
  expm1: unary(2),
  log: unary(1),
  log1p: unary(1),
  sin: unary(2),
  cos: unary(2),
  erf: unary(2),
  tanh: unary(2),
  sigmoid: unary(3),
  not: bits(1),

  add: binary(),
  sub: binary(),
  mul: binary(),
  div: binary(),
  pow: binary(1),
  max: binary(),
  min: binary(),
  and: bits(2),
  or: bits(2),
  compare: [on(2, 'f32', { direction: 'lt' })],
  select: [
    {
      operands: [random(matrix, 'bool', 1), random(matrix, 'f32', 2), random(matrix, 'f32', 3)],
      parameters: {},
    },
  ],

  sum: axesOf.map((axes) => ({ operands: [random(matrix, 'f32', 2)], parameters: { axes }, ulps: 1 })),
  reduceMax: axesOf.map((axes) => on(1, 'f32', { axes })),
  reduceMin: axesOf.map((axes) => on(1, 'f32', { axes })),
  argmax: along((axis) => ({ axis })),
  argmin: along((axis) => ({ axis })),
  cumsum: along((axis) => ({ axis, reverse: axis === 0 })),
  argsort: (['f32', 'i32', 'u8'] as const).flatMap((dtype) =>
    [0, 1].map((axis) => on(1, dtype, { axis, descending: axis === 0 }, { shape: [97, 1031] })),
  ),

  gather: [
    {
      operands: [random([701, 67], 'f32', 6), indices([1999], 7, 701)],
      parameters: { axis: 0, batchDims: 0 },
    },
  ],
  scatterAdd: [
    {
      operands: [random([701, 67], 'f32', 6), indices([1999], 7, 701), random([1999, 67], 'f32', 8)],
      parameters: { axis: 0, batchDims: 0 },
    },
  ],
  matmul: [false, true].flatMap((transposeLeft) =>
    [false, true].map((transposeRight) => ({
      operands: [
        random(transposeLeft ? [131, 257] : [257, 131], 'f32', 1),
        random(transposeRight ? [149, 131] : [131, 149], 'f32', 2),
      ],
      parameters: { transposeLeft, transposeRight },
      // 131 products of at most 64, and as many roundings
      bound: 131 * 64 * 131 * 2 ** -24,
    })),
  ),
  conv: [1, 2].map((stride) => ({
    operands: [random([3, 19, 37, 41], 'f32', 1), random([21, 19, 3, 3], 'f32', 2)],
    parameters: { stride: [stride, stride], low: [1, 1], high: [1, 1], ...noDilation },
    bound: (19 * 9) ** 2 * 64 * 2 ** -24,
  })),
  randomBits: [{ operands: [random([2], 'u32', 1)], parameters: { shape: matrix } }],
}
