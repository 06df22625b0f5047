import { evaluate } from '@vae/autograd'
import type { DType, Primitive, PrimitiveParameters, TensorSpec } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { disagreement, ulpsApart } from './testing/compare.ts'
import { randomTensor, single } from './testing/tape.ts'

/** A random tensor by its seed, which is what a failure prints. */
interface Random extends TensorSpec {
  readonly seed: number
  readonly special: boolean
}
const random = (dims: readonly number[], dtype: DType, from: number, special = false): Random => ({
  shape: dims,
  dtype,
  seed: from,
  special,
})

/** Operands and parameters of one application, and how far off its floats may be. */
interface Case<Parameters> {
  readonly operands: readonly Random[]
  readonly parameters: Parameters
  readonly ulps?: number
  /** Absolute error that is allowed besides, where a result is bounded by its terms. */
  readonly bound?: number
}

const dim = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(12, 16, 17, 33, 67) },
)
const shape = fc
  .array(dim, { maxLength: 4 })
  .filter((dims) => dims.reduce((size, d) => size * d, 1) <= 40_000)
const seed = fc.integer({ min: 1, max: 2 ** 31 })
const dtypes = (...list: DType[]) => fc.constantFrom(...list)
const every = dtypes('f32', 'i32', 'u32', 'u8', 'bool')

const unary = (list: DType[], ulps = 0): fc.Arbitrary<Case<object>> =>
  fc.tuple(shape, dtypes(...list), seed).map(([dims, dtype, s]) => ({
    operands: [random(dims, dtype, s, true)],
    parameters: {},
    ulps,
  }))
const binary = (list: DType[]): fc.Arbitrary<Case<object>> =>
  fc.tuple(shape, dtypes(...list), seed).map(([dims, dtype, s]) => ({
    operands: [random(dims, dtype, s, true), random(dims, dtype, s + 1, true)],
    parameters: {},
  }))
const perAxis = <T>(dims: readonly number[], arbitrary: (size: number) => fc.Arbitrary<T>) =>
  fc.tuple(...dims.map(arbitrary))

const cases: { readonly [P in Primitive]: fc.Arbitrary<Case<PrimitiveParameters[P]>> } = {
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

  neg: unary(['f32', 'i32']),
  abs: unary(['f32', 'i32']),
  sign: unary(['f32', 'i32']),
  exp: unary(['f32'], 1),
  log: unary(['f32'], 1),
  log1p: unary(['f32'], 1),
  sqrt: unary(['f32']),
  tanh: unary(['f32'], 2),
  sigmoid: unary(['f32'], 3),

  add: binary(['f32', 'i32', 'u32']),
  sub: binary(['f32', 'i32', 'u32']),
  mul: binary(['f32', 'i32', 'u32']),
  div: binary(['f32', 'i32', 'u32']),
  max: binary(['f32', 'i32', 'u32']),
  min: binary(['f32', 'i32', 'u32']),
  and: binary(['i32', 'u32', 'bool']),
  or: binary(['i32', 'u32', 'bool']),
  compare: fc
    .tuple(binary(['f32', 'i32', 'u32', 'u8', 'bool']), fc.constantFrom('lt', 'le', 'eq', 'ne', 'ge', 'gt'))
    .map(([{ operands }, direction]) => ({ operands, parameters: { direction } })),
  select: fc.tuple(shape, every, seed).map(([dims, dtype, s]) => ({
    operands: [random(dims, 'bool', s), random(dims, dtype, s + 1, true), random(dims, dtype, s + 2, true)],
    parameters: {},
  })),

  sum: fc.tuple(shape, dtypes('f32', 'f32', 'i32', 'u32'), seed).chain(([dims, dtype, s]) =>
    fc.subarray([...dims.keys()]).map((axes) => ({
      operands: [random(dims, dtype, s)],
      parameters: { axes },
      // rounded once more between two passes
      ulps: 1,
      bound: axes.reduce((size, axis) => size * dims[axis]!, 8) * 2 ** -24,
    })),
  ),
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
  randomBits: fc.tuple(shape, seed).map(([dims, s]) => ({
    operands: [random([2], 'u32', s)],
    parameters: { shape: dims },
  })),
}

const engine = await wasmEngine()

const agrees = <P extends Primitive>(
  primitive: P,
  { operands, parameters, ulps = 0, bound = 0 }: Case<PrimitiveParameters[P]>,
) => {
  const tensors = operands.map(({ shape, dtype, seed, special }) => randomTensor(shape, dtype, seed, special))
  const tape = single(primitive, parameters, operands)
  const program = engine.load(tape, { donations: [] })
  const [actual] = program.run(tensors)
  program.close()
  const [expected] = evaluate(tape, tensors)
  expect([actual!.dtype, actual!.shape]).toEqual([expected!.dtype, expected!.shape])
  return disagreement(
    actual!.data,
    expected!.data,
    (a, b) => ulpsApart(a, b) <= ulps || Math.abs(a - b) <= bound,
  )
}

describe('every primitive computes what the reference computes', () => {
  const check = <P extends Primitive>(primitive: P) =>
    test(primitive, () => {
      fc.assert(
        fc.property(cases[primitive], (example) => {
          expect(agrees(primitive, example)).toBeNull()
        }),
      )
    })
  for (const primitive of Object.keys(cases) as Primitive[]) check(primitive)
})

describe('large tensors', () => {
  const elements = [517, 1031]
  test('elementwise', () => {
    for (const primitive of ['exp', 'log1p', 'tanh', 'sigmoid'] as const)
      expect(
        agrees(primitive, { operands: [random(elements, 'f32', 1)], parameters: {}, ulps: 2 }),
      ).toBeNull()
  })
  test('sums', () => {
    for (const axes of [[0], [1], [0, 1]])
      expect(
        agrees('sum', { operands: [random(elements, 'f32', 2)], parameters: { axes }, ulps: 1 }),
      ).toBeNull()
  })
  test('permutations', () => {
    for (const axes of [
      [1, 0, 2],
      [2, 1, 0],
      [0, 2, 1],
    ])
      expect(
        agrees('permute', { operands: [random([61, 47, 33], 'f32', 3)], parameters: { axes } }),
      ).toBeNull()
  })
})
