import {
  type AnyTensor,
  type DType,
  HostTensor,
  type NumericDType,
  type Primitive,
  type PrimitiveParameters,
  type Shape,
  sizeOf,
  specOf,
} from '@vae/tensor'
import * as fc from 'fast-check'
import {
  broadcastableTo,
  type Elements,
  keys,
  moderate,
  nonzero,
  positive,
  shapes,
  tensors,
  tensorsOf,
  withoutTies,
} from './arbitraries.ts'

/** Operands and parameters that a primitive accepts. */
export interface PrimitiveCase<P extends Primitive> {
  readonly primitive: P
  readonly operands: readonly AnyTensor[]
  readonly parameters: PrimitiveParameters[P]
}

type Cases<P extends Primitive> = fc.Arbitrary<PrimitiveCase<P>>

/** The primitives without static parameters. */
type Plain = {
  [P in Primitive]: keyof PrimitiveParameters[P] extends never ? P : never
}[Primitive]

const each = <T>(list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list)

/** One small number for each axis of `shape`. */
const perAxis = (shape: Shape, numbers: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(numbers, { minLength: shape.length, maxLength: shape.length })

const unary = <P extends Plain>(primitive: P, elements: Elements): Cases<P> =>
  shapes()
    .chain((shape) => tensors(shape, elements))
    .map((x) => ({ primitive, operands: [x], parameters: {} as PrimitiveParameters[P] }))

const binary = <P extends Plain>(
  primitive: P,
  operands: (shape: Shape) => fc.Arbitrary<readonly AnyTensor[]>,
): Cases<P> =>
  shapes()
    .chain(operands)
    .map((pair) => ({ primitive, operands: pair, parameters: {} as PrimitiveParameters[P] }))

const pairs =
  (left: Elements, right: Elements) =>
  (shape: Shape): fc.Arbitrary<readonly AnyTensor[]> =>
    fc.tuple(tensors(shape, left), tensors(shape, right))

const pairsOf =
  (dtypes: readonly DType[]) =>
  (shape: Shape): fc.Arbitrary<readonly AnyTensor[]> =>
    each(dtypes).chain((dtype) => fc.tuple(tensorsOf(shape, dtype), tensorsOf(shape, dtype)))

/** A tensor of any dtype and a value computed from its shape. */
const withShape = <T>(
  derived: (shape: Shape) => fc.Arbitrary<T>,
  dtypes: readonly DType[] = ['f32', 'f32', 'f32', 'u32', 'u8', 'bool'],
): fc.Arbitrary<readonly [AnyTensor, T]> =>
  fc
    .tuple(shapes(), each(dtypes))
    .chain(([shape, dtype]) => fc.tuple(tensorsOf(shape, dtype), derived(shape)))

/** Another shape with the same number of elements. */
const reshapes = (shape: Shape): fc.Arbitrary<number[]> => {
  const size = sizeOf(shape)
  if (size === 0) return shapes({ minRank: 1 }).map((other) => [...other.slice(1), 0])
  const divisors = Array.from({ length: size }, (_, index) => index + 1).filter((n) => size % n === 0)
  return fc
    .tuple(each(divisors), fc.boolean())
    .map(([n, lead]) => (lead ? [1, n, size / n] : n === size ? [n] : [n, size / n]))
}

const slices: Cases<'slice'> = shapes({ maxDim: 5 })
  .chain((shape) =>
    fc.tuple(
      tensors(shape),
      perAxis(shape, fc.nat(5)),
      perAxis(shape, fc.nat(5)),
      perAxis(shape, fc.integer({ min: 1, max: 3 })),
    ),
  )
  .map(([x, starts, lengths, stride]) => {
    const start = x.shape.map((dim, axis) => Math.min(dim, starts[axis]!))
    const limit = x.shape.map((dim, axis) => Math.min(dim, start[axis]! + lengths[axis]!))
    return { primitive: 'slice', operands: [x], parameters: { start, limit, stride } }
  })

const pads: Cases<'pad'> = shapes({ maxRank: 3 })
  .chain((shape) =>
    fc.tuple(
      tensors(shape),
      perAxis(shape, fc.integer({ min: -2, max: 2 })),
      perAxis(shape, fc.integer({ min: -2, max: 2 })),
      perAxis(shape, fc.nat(2)),
    ),
  )
  .map(([x, low, highs, interior]): PrimitiveCase<'pad'> => {
    // Cropping more than there is would leave a negative size.
    const spread = x.shape.map((dim, axis) => dim + Math.max(0, dim - 1) * interior[axis]!)
    const high = highs.map((count, axis) => Math.max(count, -(spread[axis]! + low[axis]!)))
    return { primitive: 'pad', operands: [x], parameters: { low, high, interior } }
  })

const matmuls: Cases<'matmul'> = fc
  .record({
    batch: shapes({ maxRank: 2, maxDim: 2 }),
    sizes: shapes({ minRank: 3, maxRank: 3 }),
    transposeLeft: fc.boolean(),
    transposeRight: fc.boolean(),
  })
  .chain(({ batch, sizes, transposeLeft, transposeRight }) => {
    const [m, k, n] = sizes as [number, number, number]
    return fc
      .tuple(
        tensors([...batch, ...(transposeLeft ? [k, m] : [m, k])]),
        tensors([...batch, ...(transposeRight ? [n, k] : [k, n])]),
      )
      .map((operands) => ({
        primitive: 'matmul' as const,
        operands,
        parameters: { transposeLeft, transposeRight },
      }))
  })

/** A tensor whose elements all differ by at least ½, with an axis of it. */
const ranked = shapes({ minRank: 1 }).chain((shape) => {
  const ranks = Array.from({ length: sizeOf(shape) }, (_, rank) => rank)
  return fc
    .tuple(fc.shuffledSubarray(ranks, { minLength: ranks.length }), fc.nat(shape.length - 1))
    .map(([order, axis]) => ({
      x: new HostTensor(
        shape,
        'f32',
        Float32Array.from(order, (rank) => (rank - order.length / 2) / 2),
      ),
      axis,
    }))
})

const extrema = <P extends 'reduceMax' | 'reduceMin'>(primitive: P): Cases<P> =>
  ranked
    // The extremum of no elements is infinite, and has no derivative.
    .filter(({ x }) => sizeOf(x.shape) > 0)
    .chain(({ x }) => fc.subarray(x.shape.map((_, axis) => axis)).map((axes) => ({ x, axes })))
    .map(({ x, axes }) => ({ primitive, operands: [x], parameters: { axes } as PrimitiveParameters[P] }))

/** A tensor and indices into it, some of them outside. */
const gathers = fc
  .record({
    batch: shapes({ maxRank: 2, maxDim: 2 }),
    outer: shapes({ maxRank: 1, maxDim: 2 }),
    size: fc.integer({ min: 1, max: 4 }),
    count: shapes({ maxRank: 2 }),
    inner: shapes({ maxRank: 1, maxDim: 2 }),
  })
  .chain(({ batch, outer, size, count, inner }) => {
    const indices = sizeOf([...batch, ...count])
    return fc
      .tuple(
        tensors([...batch, ...outer, size, ...inner]),
        fc.array(fc.integer({ min: -1, max: size }), { minLength: indices, maxLength: indices }),
      )
      .map(([x, index]) => ({
        x,
        index: new HostTensor([...batch, ...count], 'i32', Int32Array.from(index)),
        parameters: { axis: batch.length + outer.length, batchDims: batch.length },
      }))
  })

const convs: Cases<'conv'> = fc
  .integer({ min: 1, max: 2 })
  .chain((rank) => {
    const numbers = (min: number, max: number) =>
      fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank })
    return fc.record({
      group: fc.constantFrom('none', 'features', 'batch'),
      batch: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: 2 }),
      outputs: fc.integer({ min: 1, max: 2 }),
      sizes: numbers(1, 4),
      window: numbers(1, 3),
      stride: numbers(1, 2),
      low: numbers(-1, 2),
      high: numbers(-1, 2),
      lhsDilation: numbers(1, 2),
      rhsDilation: numbers(1, 2),
    })
  })
  .chain(({ group, batch, channels, outputs, sizes, window, ...geometry }) => {
    const featureGroups = group === 'features' ? 2 : 1
    const batchGroups = group === 'batch' ? 2 : 1
    const input = [batch * batchGroups, channels * featureGroups, ...sizes]
    const kernel = [outputs * featureGroups * batchGroups, channels, ...window]
    return fc.tuple(tensors(input), tensors(kernel)).map((operands) => ({
      primitive: 'conv' as const,
      operands,
      parameters: { ...geometry, featureGroups, batchGroups },
    }))
  })
  // A window larger than the padded input leaves nothing to differentiate.
  .filter(({ operands, parameters }) => specOf('conv', operands, parameters).shape.every((dim) => dim > 0))

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
