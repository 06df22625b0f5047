import { type AnyTensor, type DType, HostTensor, type NumericDType, type Primitive } from '@vae/tensor'
import * as fc from 'fast-check'
import {
  broadcastableTo,
  keys,
  moderate,
  nonzero,
  positive,
  shapes,
  tensors,
  tensorsOf,
  withoutTies,
} from './arbitraries.ts'
import {
  binary,
  type Cases,
  convs,
  each,
  extrema,
  gathers,
  matmuls,
  type PrimitiveCase,
  pads,
  pairs,
  pairsOf,
  ranked,
  reshapes,
  slices,
  unary,
  withShape,
} from './case-arbitraries.ts'

export type { PrimitiveCase } from './case-arbitraries.ts'

/**
 * For every primitive, operands and parameters that it accepts, over its dtypes, with sizes 0 and 1. Float
 * operands stay away from kinks, poles and ties, so that each law of differentiation holds for every case.
 */
export const primitiveCases = {
  fill: fc
    .tuple(shapes(), each<DType>(['f32', 'i32', 'u32', 'u8', 'bool']), fc.nat(1))
    .map(([shape, dtype, value]) => ({
      primitive: 'fill',
      operands: [],
      parameters: { shape, dtype, value },
    })),
  reshape: withShape(reshapes).map(([x, shape]) => ({
    primitive: 'reshape',
    operands: [x],
    parameters: { shape },
  })),
  permute: withShape((shape) => {
    const axes = shape.map((_, axis) => axis)
    return fc.shuffledSubarray(axes, { minLength: axes.length })
  }).map(([x, axes]) => ({ primitive: 'permute', operands: [x], parameters: { axes } })),
  broadcastTo: shapes()
    .chain((shape) => broadcastableTo(shape).chain((from) => fc.tuple(tensors(from), fc.constant({ shape }))))
    .map(([x, parameters]) => ({ primitive: 'broadcastTo', operands: [x], parameters })),
  slice: slices,
  pad: pads,
  concat: shapes({ minRank: 1 })
    .chain((shape) =>
      fc.tuple(
        fc.nat(shape.length - 1),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
        each<DType>(['f32', 'f32', 'u32', 'bool']),
        fc.constant(shape),
      ),
    )
    .chain(([axis, sizes, dtype, shape]) =>
      fc
        .tuple(
          ...sizes.map((size) =>
            tensorsOf(
              shape.map((dim, a) => (a === axis ? size : dim)),
              dtype,
            ),
          ),
        )
        .map((operands) => ({ primitive: 'concat', operands, parameters: { axis } })),
    ),
  flip: withShape((shape) => fc.subarray(shape.map((_, axis) => axis))).map(([x, axes]) => ({
    primitive: 'flip',
    operands: [x],
    parameters: { axes },
  })),
  iota: fc
    .tuple(shapes({ minRank: 1 }), fc.nat(3), each<NumericDType>(['f32', 'i32', 'u32']))
    .map(([shape, axis, dtype]) => ({
      primitive: 'iota',
      operands: [],
      parameters: { shape, axis: axis % shape.length, dtype },
    })),
  gather: gathers.map(({ x, index, parameters }) => ({
    primitive: 'gather',
    operands: [x, index],
    parameters,
  })),
  scatterAdd: gathers.chain(({ x, index, parameters }) => {
    const { axis, batchDims } = parameters
    const shape = [...x.shape.slice(0, axis), ...index.shape.slice(batchDims), ...x.shape.slice(axis + 1)]
    return tensors(shape).map((updates) => ({
      primitive: 'scatterAdd' as const,
      operands: [x, index, updates],
      parameters,
    }))
  }),
  cast: withShape(() => each<DType>(['f32', 'i32', 'u32', 'u8', 'bool']), ['f32', 'i32', 'u32', 'u8', 'bool'])
    // Away from whole numbers, where a float becomes another integer.
    .map(([x, dtype]) => ({ primitive: 'cast', operands: [awayFromIntegers(x)], parameters: { dtype } })),
  // From floats to floats it is the identity on 32 bits, which has no derivative in float64.
  bitcast: fc.oneof(
    withShape(() => each(['i32', 'u32'] as const), ['f32', 'i32', 'u32']).map(([x, dtype]) => ({
      primitive: 'bitcast' as const,
      operands: [x],
      parameters: { dtype },
    })),
    withShape(() => each(['i32', 'u32'] as const), ['f32']).map(([x, dtype]) => ({
      primitive: 'bitcast' as const,
      operands: [bitsOf(x, dtype)],
      parameters: { dtype: 'f32' as const },
    })),
  ),

  neg: unary('neg', moderate),
  abs: unary('abs', nonzero),
  sign: unary('sign', nonzero),
  exp: unary('exp', moderate),
  log: unary('log', positive),
  log1p: unary('log1p', { min: -0.5, max: 4 }),
  sqrt: unary('sqrt', positive),
  expm1: unary('expm1', moderate),
  floor: shapes()
    .chain((shape) => tensors(shape))
    .map((x) => ({ primitive: 'floor', operands: [awayFromIntegers(x)], parameters: {} })),
  sin: unary('sin', moderate),
  cos: unary('cos', moderate),
  erf: unary('erf', moderate),
  not: shapes()
    .chain((shape) => each<DType>(['i32', 'u32', 'bool']).chain((dtype) => tensorsOf(shape, dtype)))
    .map((x) => ({ primitive: 'not', operands: [x], parameters: {} })),
  tanh: unary('tanh', moderate),
  sigmoid: unary('sigmoid', moderate),

  add: binary('add', pairs(moderate, moderate)),
  sub: binary('sub', pairs(moderate, moderate)),
  mul: binary('mul', pairs(moderate, moderate)),
  div: binary('div', pairs(moderate, nonzero)),
  pow: binary('pow', pairs(positive, moderate)),
  max: binary('max', withoutTies),
  min: binary('min', withoutTies),
  and: binary('and', pairsOf(['i32', 'u32', 'bool'])),
  or: binary('or', pairsOf(['i32', 'u32', 'bool'])),
  compare: fc
    .tuple(
      shapes().chain(pairsOf(['f32', 'i32', 'u32', 'u8', 'bool'])),
      each(['lt', 'le', 'eq', 'ne', 'ge', 'gt'] as const),
    )
    .map(([operands, direction]) => ({ primitive: 'compare', operands, parameters: { direction } })),
  select: shapes()
    .chain((shape) => fc.tuple(tensorsOf(shape, 'bool'), tensors(shape), tensors(shape)))
    .map((operands) => ({ primitive: 'select', operands, parameters: {} })),

  sum: withShape(
    (shape) => fc.subarray(shape.map((_, axis) => axis)),
    ['f32', 'f32', 'f32', 'i32', 'u32'],
  ).map(([x, axes]) => ({ primitive: 'sum', operands: [x], parameters: { axes } })),
  reduceMax: extrema('reduceMax'),
  reduceMin: extrema('reduceMin'),
  argmax: ranked.map(({ x, axis }) => ({ primitive: 'argmax', operands: [x], parameters: { axis } })),
  argmin: ranked.map(({ x, axis }) => ({ primitive: 'argmin', operands: [x], parameters: { axis } })),
  argsort: fc.tuple(ranked, fc.boolean()).map(([{ x, axis }, descending]) => ({
    primitive: 'argsort',
    operands: [x],
    parameters: { axis, descending },
  })),
  cumsum: fc
    .tuple(ranked, fc.boolean())
    .map(([{ x, axis }, reverse]) => ({ primitive: 'cumsum', operands: [x], parameters: { axis, reverse } })),
  conv: convs,
  matmul: matmuls,
  randomBits: fc
    .tuple(keys(), shapes())
    .map(([from, shape]) => ({ primitive: 'randomBits', operands: [from], parameters: { shape } })),
  stopGradient: unary('stopGradient', moderate),
  barrier: shapes()
    .chain((shape) =>
      fc.tuple(
        tensors(shape),
        fc.array(
          shapes().chain((other) => tensors(other)),
          { maxLength: 2 },
        ),
      ),
    )
    .map(([x, others]) => ({ primitive: 'barrier', operands: [x, ...others], parameters: {} })),
} satisfies { readonly [P in Primitive]: Cases<P> }

/** The bits of floats as integers: as floats again, no NaN is among them. */
function bitsOf(x: AnyTensor, dtype: 'i32' | 'u32'): AnyTensor {
  const { buffer } = Float32Array.from(x.data)
  return new HostTensor(x.shape, dtype, dtype === 'i32' ? new Int32Array(buffer) : new Uint32Array(buffer))
}

function awayFromIntegers(x: AnyTensor): AnyTensor {
  if (x.dtype !== 'f32') return x
  const data = Float32Array.from(x.data, (value) => Math.floor(value) + 0.5)
  return new HostTensor(x.shape, x.dtype, data)
}

/** The cases of a primitive whose name is known at run time only. */
export const casesOf = (primitive: Primitive): fc.Arbitrary<PrimitiveCase<Primitive>> =>
  primitiveCases[primitive] as fc.Arbitrary<PrimitiveCase<Primitive>>
