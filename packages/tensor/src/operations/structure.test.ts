import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bind } from '../bind.ts'
import { sizeOf } from '../shape/dim.ts'
import { reshapeShape } from '../shape/reshape.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { tensor, zeros } from './create.ts'
import { broadcastTo, permute, reshape, transpose } from './structure.ts'

/** A tensor whose element at an offset is the offset + 1: every element tells where it came from. */
const numbered = (shape: readonly number[]): Tensor<number[]> =>
  tensor(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, offset) => offset + 1),
  )

const shapes = fc.array(fc.constantFrom(0, 1, 2, 3, 4), { maxLength: 4 })

/** All indices of a shape in row-major order. */
const indices = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>(
    (all, dim) => all.flatMap((index) => Array.from({ length: dim }, (_, i) => [...index, i])),
    [[]],
  )

const at = (x: AnyTensor, index: readonly number[]): number =>
  x.data[x.shape.reduce((offset, dim, axis) => offset * dim + index[axis]!, 0)]!

const perAxis = (rank: number, numbers: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(numbers, { minLength: rank, maxLength: rank })

describe('permute', () => {
  it('moves the element at index i to the permuted index', () => {
    const cases = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(
          shape.map((_, axis) => axis),
          { minLength: shape.length },
        ),
      ),
    )
    fc.assert(
      fc.property(cases, ([shape, axes]) => {
        const x = numbered(shape)
        const result = permute(x, axes)
        expect(result.shape).toEqual(axes.map((axis) => shape[axis]))
        for (const index of indices(shape))
          expect(
            at(
              result,
              axes.map((axis) => index[axis]!),
            ),
          ).toBe(at(x, index))
        const inverse = axes.map((_, axis) => axes.indexOf(axis))
        expect(permute(result, inverse)).toEqual(x)
      }),
    )
  })

  it('counts negative axes from the end', () => {
    expect(permute(numbered([2, 3, 4]), [-1, 0, -2]).shape).toEqual([4, 2, 3])
  })
})

describe('transpose', () => {
  it('exchanges the last two axes, and twice gives the tensor itself', () => {
    fc.assert(
      fc.property(
        shapes.filter((shape) => shape.length >= 2),
        (shape) => {
          const x = numbered(shape)
          const once = transpose(x)
          for (const index of indices(shape)) {
            const [i, j] = index.slice(-2) as [number, number]
            expect(at(once, [...index.slice(0, -2), j, i])).toBe(at(x, index))
          }
          expect(transpose(once)).toEqual(x)
        },
      ),
    )
  })
})

describe('the primitive slice', () => {
  it('takes start, start + stride, … below limit', () => {
    const cases = shapes.chain((shape) =>
      fc
        .tuple(
          perAxis(shape.length, fc.nat(4)),
          perAxis(shape.length, fc.nat(4)),
          perAxis(shape.length, fc.integer({ min: 1, max: 3 })),
        )
        .map(([starts, lengths, stride]) => {
          const start = shape.map((dim, axis) => Math.min(dim, starts[axis]!))
          return {
            shape,
            start,
            limit: shape.map((dim, a) => Math.min(dim, start[a]! + lengths[a]!)),
            stride,
          }
        }),
    )
    fc.assert(
      fc.property(cases, ({ shape, start, limit, stride }) => {
        const x = numbered(shape)
        const taken = indices(shape).filter((index) =>
          index.every(
            (i, axis) => i >= start[axis]! && i < limit[axis]! && (i - start[axis]!) % stride[axis]! === 0,
          ),
        )
        const result = bind('slice', [x], { start, limit, stride })
        expect([...result.data]).toEqual(taken.map((index) => at(x, index)))
        expect(sizeOf(result.shape)).toBe(taken.length)
      }),
    )
  })

  it.each([
    [[0], [4], [1], 'slice: 0 to 4 by 1 is out of range for axis 0 of [3]'],
    [[-1], [2], [1], 'slice: -1 to 2 by 1 is out of range for axis 0 of [3]'],
    [[2], [1], [1], 'slice: 2 to 1 by 1 is out of range for axis 0 of [3]'],
    [[0], [3], [0], 'slice: 0 to 3 by 0 is out of range for axis 0 of [3]'],
    [[0, 0], [1, 1], [1, 1], 'slice: start, limit and stride must list all 1 axes of [3]'],
  ])('refuses %j to %j by %j', (start, limit, stride, message) => {
    const x: Tensor<number[]> = zeros([3])
    expect(() => bind('slice', [x], { start, limit, stride })).toThrow(message)
  })
})

describe('the primitive pad', () => {
  const cases = shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      low: perAxis(shape.length, fc.integer({ min: -3, max: 2 })),
      high: perAxis(shape.length, fc.integer({ min: -3, max: 2 })),
      interior: perAxis(shape.length, fc.nat(2)),
    }),
  )

  it('puts element i at low + i · (interior + 1) if that lies inside, and zeros elsewhere', () => {
    fc.assert(
      fc.property(cases, ({ shape, low, high, interior }) => {
        const x = numbered(shape)
        const padded = shape.map(
          (dim, axis) => dim + Math.max(0, dim - 1) * interior[axis]! + low[axis]! + high[axis]!,
        )
        const run = () => bind('pad', [x], { low, high, interior })
        if (padded.some((dim) => dim < 0)) {
          expect(run).toThrow('leave a negative size of')
          return
        }
        const result = run()
        expect(result.shape).toEqual(padded)
        const expected = new Float32Array(sizeOf(padded))
        for (const index of indices(shape)) {
          const target = index.map((i, axis) => low[axis]! + i * (interior[axis]! + 1))
          if (target.every((i, axis) => i >= 0 && i < padded[axis]!))
            expected[target.reduce((offset, i, axis) => offset * padded[axis]! + i, 0)] = at(x, index)
        }
        expect(result.data).toEqual(expected)
      }),
    )
  })

  it('undoes itself with the opposite counts', () => {
    fc.assert(
      fc.property(
        shapes.chain((shape) => fc.tuple(fc.constant(shape), perAxis(shape.length, fc.nat(3)))),
        ([shape, counts]) => {
          const x = numbered(shape)
          const opposite = counts.map((count) => -count)
          const padBy = (operand: AnyTensor, by: readonly number[]) =>
            bind('pad', [operand], { low: by, high: by, interior: by.map(() => 0) })
          expect(padBy(padBy(x, counts), opposite).data).toEqual(x.data)
        },
      ),
    )
  })
})

describe('reshape', () => {
  it('keeps the elements in row-major order, and works out one −1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        (shape, position) => {
          const x = numbered(shape)
          expect(reshape(reshape(x, [-1]), shape)).toEqual(x)
          const axis = position % shape.length
          const asked = shape.map((dim, index) => (index === axis ? -1 : dim))
          expect(reshape(numbered([sizeOf(shape)]), asked)).toEqual(x)
        },
      ),
    )
  })

  it('works out a −1 beside a 0 where equal sizes cancel', () => {
    expect(reshapeShape([0, 6], [0, -1])).toEqual([0, 6])
    expect(reshapeShape([0], [-1])).toEqual([0])
    expect(reshapeShape([0, 6], [-1, 6])).toEqual([0, 6])
  })

  it.each([
    [
      [128, 784],
      [128, 28, 27],
      'reshape: [128, 784] (100352 elements) cannot become [128, 28, 27] (96768 elements)',
    ],
    [[128, 784], [-1, 1000], 'reshape: [128, 784] cannot become [-1, 1000]: 100352 is not divisible by 1000'],
    [[0, 6], [-1, 0], 'reshape: [0, 6] cannot become [-1, 0]: 0 is not divisible by 0'],
    [[6], [-1, -1], 'reshape: [-1, -1] must hold whole numbers of 0 or more, and at most one -1'],
    [[6], [-2, -3], 'reshape: [-2, -3] must hold whole numbers of 0 or more, and at most one -1'],
    [[0], [-2, 0], 'reshape: [-2, 0] must hold whole numbers of 0 or more, and at most one -1'],
    [[6], [1.5, 4], 'reshape: [1.5, 4] must hold whole numbers of 0 or more, and at most one -1'],
  ])('%j refuses %j', (from, to, message) => {
    const x: Tensor<number[]> = zeros(from)
    expect(() => reshape(x, to)).toThrow(message)
  })
})

describe('broadcastTo', () => {
  it('repeats along new axes and those of size 1', () => {
    const cases = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), perAxis(shape.length, fc.nat(1)), fc.nat(shape.length)),
    )
    fc.assert(
      fc.property(cases, ([shape, shrunk, dropped]) => {
        const own = shape.map((dim, axis) => (shrunk[axis] ? 1 : dim)).slice(dropped)
        const x = numbered(own)
        const result = broadcastTo(x, shape)
        expect(result.shape).toEqual(shape)
        for (const index of indices(shape)) {
          const source = index.slice(dropped).map((i, axis) => (own[axis] === 1 ? 0 : i))
          expect(at(result, index)).toBe(at(x, source))
        }
      }),
    )
  })

  it.each([
    [[5], [1], 'broadcastTo: [5] does not broadcast to [1] (5 ≠ 1)'],
    [[400], [128, 784], 'broadcastTo: [400] does not broadcast to [128, 784] (400 ≠ 784)'],
    [[1, 2, 3], [3], 'broadcastTo: [1, 2, 3] does not broadcast to [3] (rank 3 > 1)'],
  ])('%j refuses %j', (from, to, message) => {
    const x: Tensor<number[]> = zeros(from)
    expect(() => broadcastTo(x, to)).toThrow(message)
  })
})
