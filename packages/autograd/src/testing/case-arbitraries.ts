import {
  type AnyTensor,
  type DType,
  HostTensor,
  type Primitive,
  type PrimitiveParameters,
  type Shape,
  sizeOf,
  specOf,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { type Elements, shapes, tensors, tensorsOf } from './arbitraries.ts'

/** Operands and parameters that a primitive accepts. */
export interface PrimitiveCase<P extends Primitive> {
  readonly primitive: P
  readonly operands: readonly AnyTensor[]
  readonly parameters: PrimitiveParameters[P]
}

export type Cases<P extends Primitive> = fc.Arbitrary<PrimitiveCase<P>>

/** The primitives without static parameters. */
type Plain = {
  [P in Primitive]: keyof PrimitiveParameters[P] extends never ? P : never
}[Primitive]

export const each = <T>(list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list)

/** One small number for each axis of `shape`. */
const perAxis = (shape: Shape, numbers: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(numbers, { minLength: shape.length, maxLength: shape.length })

export const unary = <P extends Plain>(primitive: P, elements: Elements): Cases<P> =>
  shapes()
    .chain((shape) => tensors(shape, elements))
    .map((x) => ({ primitive, operands: [x], parameters: {} as PrimitiveParameters[P] }))

export const binary = <P extends Plain>(
  primitive: P,
  operands: (shape: Shape) => fc.Arbitrary<readonly AnyTensor[]>,
): Cases<P> =>
  shapes()
    .chain(operands)
    .map((pair) => ({ primitive, operands: pair, parameters: {} as PrimitiveParameters[P] }))

export const pairs =
  (left: Elements, right: Elements) =>
  (shape: Shape): fc.Arbitrary<readonly AnyTensor[]> =>
    fc.tuple(tensors(shape, left), tensors(shape, right))

export const pairsOf =
  (dtypes: readonly DType[]) =>
  (shape: Shape): fc.Arbitrary<readonly AnyTensor[]> =>
    each(dtypes).chain((dtype) => fc.tuple(tensorsOf(shape, dtype), tensorsOf(shape, dtype)))

/** A tensor of any dtype and a value computed from its shape. */
export const withShape = <T>(
  derived: (shape: Shape) => fc.Arbitrary<T>,
  dtypes: readonly DType[] = ['f32', 'f32', 'f32', 'u32', 'u8', 'bool'],
): fc.Arbitrary<readonly [AnyTensor, T]> =>
  fc
    .tuple(shapes(), each(dtypes))
    .chain(([shape, dtype]) => fc.tuple(tensorsOf(shape, dtype), derived(shape)))

/** Another shape with the same number of elements. */
export const reshapes = (shape: Shape): fc.Arbitrary<number[]> => {
  const size = sizeOf(shape)
  if (size === 0) return shapes({ minRank: 1 }).map((other) => [...other.slice(1), 0])
  const divisors = Array.from({ length: size }, (_, index) => index + 1).filter((n) => size % n === 0)
  return fc
    .tuple(each(divisors), fc.boolean())
    .map(([n, lead]) => (lead ? [1, n, size / n] : n === size ? [n] : [n, size / n]))
}

export const slices: Cases<'slice'> = shapes({ maxDim: 5 })
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

export const pads: Cases<'pad'> = shapes({ maxRank: 3 })
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

export const matmuls: Cases<'matmul'> = fc
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
export const ranked = shapes({ minRank: 1 }).chain((shape) => {
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

export const extrema = <P extends 'reduceMax' | 'reduceMin'>(primitive: P): Cases<P> =>
  ranked
    // The extremum of no elements is infinite, and has no derivative.
    .filter(({ x }) => sizeOf(x.shape) > 0)
    .chain(({ x }) => fc.subarray(x.shape.map((_, axis) => axis)).map((axes) => ({ x, axes })))
    .map(({ x, axes }) => ({ primitive, operands: [x], parameters: { axes } as PrimitiveParameters[P] }))

/** A tensor and indices into it, some of them outside. */
export const gathers = fc
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

export const convs: Cases<'conv'> = fc
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
