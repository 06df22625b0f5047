import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { broadcastShapes } from '../shape/broadcast.ts'
import { sizeOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { AnyTensor, Tensor, TensorOf } from '../tensor.ts'
import {
  type Comparison,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  notEqual,
  select,
} from './comparison.ts'
import { full, tensor, zeros } from './create.ts'
import {
  abs,
  add,
  type BinaryOperation,
  div,
  exp,
  log,
  log1p,
  maximum,
  minimum,
  mul,
  neg,
  sigmoid,
  sign,
  sqrt,
  square,
  stopGradient,
  sub,
  tanh,
  type UnaryOperation,
} from './elementwise.ts'

/** Sizes 0 and 1 among them. */
const dims = fc.constantFrom(0, 1, 1, 2, 3)
const shapes = fc.array(dims, { maxLength: 4 })
const floats = fc.oneof(
  fc.double({ min: -9, max: 9, noNaN: true }),
  fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 1, 1e38),
)

const tensorsOf = (shape: readonly number[]): fc.Arbitrary<Tensor<number[]>> => {
  const length = sizeOf(shape)
  return fc.array(floats, { minLength: length, maxLength: length }).map((data) => tensor(shape, data))
}

/** Two tensors whose shapes broadcast: made from one shape by dropping and shrinking axes. */
const pairs = fc
  .tuple(shapes, fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }), fc.nat(4), fc.boolean())
  .chain(([shape, shrink, drop, swap]) => {
    const left = shape.map((dim, axis) => (shrink[axis] === 1 ? 1 : dim))
    const right = shape.map((dim, axis) => (shrink[axis] === 2 ? 1 : dim)).slice(Math.min(drop, shape.length))
    return fc.tuple(tensorsOf(swap ? right : left), tensorsOf(swap ? left : right))
  })

/** The index along each axis of the element at `offset`. */
const indexOf = (shape: readonly number[], offset: number): number[] => {
  const index: number[] = []
  for (let axis = shape.length - 1, rest = offset; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!)
    rest = Math.floor(rest / shape[axis]!)
  }
  return index
}

/** The element of x that a broadcast to a larger shape has at `index`: the definition, index by index. */
const elementAt = (x: AnyTensor, index: readonly number[]): number => {
  const own = index.slice(index.length - x.shape.length)
  const offset = x.shape.reduce((sum, dim, axis) => sum * dim + (dim === 1 ? 0 : own[axis]!), 0)
  return x.data[offset]!
}

const expected = (
  shape: readonly number[],
  operands: readonly AnyTensor[],
  f: (...elements: number[]) => number,
): number[] =>
  Array.from({ length: sizeOf(shape) }, (_, offset) => {
    const index = indexOf(shape, offset)
    return f(...operands.map((x) => elementAt(x, index)))
  })

const naiveShape = (a: readonly number[], b: readonly number[]): number[] => {
  const rank = Math.max(a.length, b.length)
  const lift = (s: readonly number[]) => [...new Array<number>(rank - s.length).fill(1), ...s]
  const [x, y] = [lift(a), lift(b)]
  return x.map((dim, axis) => (dim === 1 ? y[axis]! : dim))
}

const binary = {
  add: [add, (x, y) => x + y],
  sub: [sub, (x, y) => x - y],
  mul: [mul, (x, y) => x * y],
  div: [div, (x, y) => x / y],
  maximum: [maximum, Math.max],
  minimum: [minimum, Math.min],
} as const satisfies Record<string, readonly [BinaryOperation<string>, (x: number, y: number) => number]>

describe.each(Object.entries(binary))('%s', (name, [operation, oracle]) => {
  const apply = operation as BinaryOperation<string>

  it('is its definition at every index of the common shape', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const result = apply(a, b)
        expect(result.shape).toEqual(naiveShape(a.shape, b.shape))
        expect(result.data).toEqual(Float32Array.from(expected(result.shape, [a, b], oracle)))
      }),
    )
  })

  it('takes numbers for scalars', () => {
    expect(apply(zeros([2]), 4).data).toEqual(apply(zeros([2]), full([], 4)).data)
    expect(apply(4, zeros([2])).data).toEqual(apply(full([], 4), zeros([2])).data)
    expect(apply(3, 2).shape).toEqual([])
  })

  it('throws the sentence of its own name when the shapes do not broadcast', () => {
    const a: Tensor<number[]> = zeros([128, 784])
    const b: Tensor<number[]> = zeros([400])
    expect(() => apply(a, b)).toThrow(
      new ShapeError(`${name}: shapes do not broadcast: [128, 784] and [400] (784 ≠ 400)`),
    )
  })
})

const comparisons = {
  less: [less, (x, y) => x < y],
  lessEqual: [lessEqual, (x, y) => x <= y],
  equal: [equal, (x, y) => x === y],
  notEqual: [notEqual, (x, y) => x !== y],
  greaterEqual: [greaterEqual, (x, y) => x >= y],
  greater: [greater, (x, y) => x > y],
} as const satisfies Record<string, readonly [Comparison<string>, (x: number, y: number) => boolean]>

describe.each(Object.entries(comparisons))('%s', (_, [operation, oracle]) => {
  it('is its definition at every index of the common shape, also for NaN', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const result = (operation as Comparison<string>)(a, b)
        const truth = (x: number, y: number): number => (oracle(x, y) ? 1 : 0)
        expect(result.dtype).toBe('bool')
        expect([...result.data]).toEqual(expected(result.shape, [a, b], truth))
      }),
    )
  })
})

describe('select', () => {
  it('takes each element from the branch that the condition chooses, with branches broadcast', () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const condition = less(a, b)
        const one: Tensor<number[]> = condition.shape.length === 0 ? full([], 7) : full([1], 7)
        const result = select(condition, one, -1)
        expect([...result.data]).toEqual([...condition.data].map((holds) => (holds ? 7 : -1)))
      }),
    )
  })

  it('does not look at the other branch, not even at its NaN', () => {
    const condition: TensorOf<[2], 'bool'> = tensor([2], [1, 0], 'bool')
    expect([...select(condition, tensor([2], [1, NaN]), 5).data]).toEqual([1, 5])
  })
})

describe('broadcastShapes', () => {
  it('is commutative, associative and has the scalar as its unit', () => {
    fc.assert(
      fc.property(pairs, shapes, ([a, b], other) => {
        const both = broadcastShapes('add', a.shape, b.shape)
        expect(broadcastShapes('add', b.shape, a.shape)).toEqual(both)
        expect(broadcastShapes('add', other, [])).toEqual(other)
        expect(broadcastShapes('add', both, a.shape)).toEqual(both)
      }),
    )
  })

  it('accepts exactly what the definition accepts', () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const rank = Math.min(a.length, b.length)
        const fits = Array.from({ length: rank }, (_, k) => [a.at(-1 - k)!, b.at(-1 - k)!]).every(
          ([x, y]) => x === y || x === 1 || y === 1,
        )
        if (fits) expect(broadcastShapes('add', a, b)).toEqual(naiveShape(a, b))
        else expect(() => broadcastShapes('add', a, b)).toThrow(ShapeError)
      }),
    )
  })
})

describe('operations on each element', () => {
  const unary = {
    neg: [neg, (x) => -x],
    abs: [abs, Math.abs],
    sign: [sign, Math.sign],
    exp: [exp, Math.exp],
    log: [log, Math.log],
    log1p: [log1p, Math.log1p],
    sqrt: [sqrt, Math.sqrt],
    tanh: [tanh, Math.tanh],
    sigmoid: [sigmoid, (x) => 1 / (1 + Math.exp(-x))],
    square: [square, (x) => x * x],
    stopGradient: [stopGradient, (x) => x],
  } as const satisfies Record<string, readonly [UnaryOperation, (x: number) => number]>
  it.each(Object.entries(unary))('%s', (_, [operation, oracle]) => {
    fc.assert(
      fc.property(shapes.chain(tensorsOf), (x) => {
        const result = operation(x)
        expectTypeOf(result).toEqualTypeOf<Tensor<number[]>>()
        expect(result.shape).toEqual(x.shape)
        result.data.forEach((value, index) => {
          const exact = oracle(x.data[index]!)
          // Float64 functions that differ in their last bit may round to neighbouring float32 numbers.
          if (Number.isFinite(exact) && Math.abs(exact) < 3e38)
            expect(Math.abs(value - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -23 + 1e-45)
          else expect(value).toBe(Math.fround(exact))
        })
      }),
    )
  })
})
