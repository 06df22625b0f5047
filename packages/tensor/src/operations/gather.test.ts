import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { AnyTensor, Tensor, TensorOf } from '../tensor.ts'
import { tensor } from './create.ts'
import { embed, gather, oneHot, scatterAdd, takeAlong } from './gather.ts'

const numbered = (shape: Shape): Tensor<number[]> =>
  tensor(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, offset) => offset + 1),
  )

const indices = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (all, dim) => all.flatMap((index) => Array.from({ length: dim }, (_, i) => [...index, i])),
    [[]],
  )

const at = (x: AnyTensor, index: readonly number[]): number =>
  x.data[x.shape.reduce((offset, dim, axis) => offset * dim + index[axis]!, 0)]!

const integers = (shape: Shape, size: number): fc.Arbitrary<TensorOf<number[], 'i32'>> =>
  fc
    .array(fc.integer({ min: -1, max: size }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((data) => tensor(shape, data, 'i32'))

const shapes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 })

const cases = fc
  .tuple(shapes, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }), fc.nat(2), fc.boolean())
  .chain(([shape, count, place, fromEnd]) => {
    const axis = place % shape.length
    const along = fc.integer({ min: 0, max: 4 }).chain((size) =>
      integers(
        shape.map((own, index) => (index === axis ? size : own)),
        shape[axis]!,
      ),
    )
    return fc.record({
      shape: fc.constant(shape),
      axis: fc.constant(axis),
      given: fc.constant(fromEnd ? axis - shape.length : axis),
      index: integers(count, shape[axis]!),
      along,
    })
  })

describe('gather', () => {
  it('reads x at the index in place of the axis, and 0 outside of it', () => {
    fc.assert(
      fc.property(cases, ({ shape, axis, given, index }) => {
        const x = numbered(shape)
        const result = gather(x, index, given)
        const rank = index.shape.length
        expect(result.shape).toEqual([...shape.slice(0, axis), ...index.shape, ...shape.slice(axis + 1)])
        for (const place of indices(result.shape)) {
          const i = at(index, place.slice(axis, axis + rank))
          const source = [...place.slice(0, axis), i, ...place.slice(axis + rank)]
          expect(at(result, place)).toBe(i >= 0 && i < shape[axis]! ? at(x, source) : 0)
        }
      }),
    )
  })
})

describe('takeAlong', () => {
  it('reads x at the index that stands where the element goes', () => {
    fc.assert(
      fc.property(cases, ({ shape, axis, given, along }) => {
        const x = numbered(shape)
        const result = takeAlong(x, along, given)
        expect(result.shape).toEqual(along.shape)
        for (const place of indices(result.shape)) {
          const i = at(along, place)
          const source = place.map((own, index) => (index === axis ? i : own))
          expect(at(result, place)).toBe(i >= 0 && i < shape[axis]! ? at(x, source) : 0)
        }
      }),
    )
  })
})

describe('scatterAdd', () => {
  it('adds each update where gather reads', () => {
    fc.assert(
      fc.property(cases, ({ shape, axis, given, index }) => {
        const rank = index.shape.length
        const updates = numbered([...shape.slice(0, axis), ...index.shape, ...shape.slice(axis + 1)])
        const expected = new Map(indices(shape).map((place) => [String(place), at(numbered(shape), place)]))
        for (const place of indices(updates.shape)) {
          const i = at(index, place.slice(axis, axis + rank))
          const target = String([...place.slice(0, axis), i, ...place.slice(axis + rank)])
          if (i >= 0 && i < shape[axis]!) expected.set(target, expected.get(target)! + at(updates, place))
        }
        const result = scatterAdd(numbered(shape), index, updates, given)
        expect([...result.data]).toEqual([...expected.values()])
      }),
    )
  })
})

describe('oneHot and embed', () => {
  it('pick rows alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), integers([2, 3], 4), (depth, index) => {
        const hot = oneHot(index, depth)
        expect(hot.shape).toEqual([2, 3, depth])
        for (const place of indices(hot.shape))
          expect(at(hot, place)).toBe(at(index, place.slice(0, 2)) === place[2] ? 1 : 0)
        const table: Tensor<[number, number]> = tensor(
          [depth, 2],
          Array.from({ length: depth * 2 }, (_, i) => i),
        )
        expect(embed(table, index)).toEqual(gather(table, index, 0))
      }),
    )
  })

  it('refuses a depth that is no size', () => {
    expect(() => oneHot(tensor([1], [0], 'i32'), -1 as number)).toThrow('the depth must be a whole number')
  })
})
