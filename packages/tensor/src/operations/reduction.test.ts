import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { sizeOf, stridesOf } from '../shape/dim.ts'
import type { Tensor } from '../tensor.ts'
import { full, tensor, zeros } from './create.ts'
import { mean, sum } from './reduction.ts'

const reductions = fc.array(fc.constantFrom(0, 1, 2, 3), { maxLength: 4 }).chain((shape) => {
  const length = sizeOf(shape)
  const axes = shape.map((_, axis) => axis)
  return fc.record({
    x: fc
      .array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length })
      .map((data): Tensor<number[]> => tensor(shape, data)),
    // In any order, and counted from either end.
    axes: fc
      .tuple(fc.shuffledSubarray(axes), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
      .map(([some, fromEnd]) => some.map((axis) => (fromEnd[axis] ? axis - shape.length : axis))),
  })
})

/** For each element of the result, the elements of x that belong to it: the definition. */
const groups = (x: Tensor<number[]>, axes: readonly number[]): number[][] => {
  const dropped = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis))
  const kept = x.shape.flatMap((_, axis) => (dropped.includes(axis) ? [] : [axis]))
  const strides = stridesOf(x.shape)
  const result = Array.from({ length: sizeOf(kept.map((axis) => x.shape[axis]!)) }, (): number[] => [])
  x.data.forEach((value, offset) => {
    const target = kept.reduce(
      (sum, axis) => sum * x.shape[axis]! + (Math.floor(offset / strides[axis]!) % x.shape[axis]!),
      0,
    )
    result[target]!.push(value)
  })
  return result
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

describe('sum and mean', () => {
  it('combine the elements along the axes', () => {
    fc.assert(
      fc.property(reductions, ({ x, axes }) => {
        const members = groups(x, axes)
        expect([...sum(x, axes).data]).toEqual(members.map(total))
        // Integers below 2^24 divided once: rounded like the reference.
        const means = members.map((group) => Math.fround(total(group) / group.length))
        expect([...mean(x, axes).data]).toEqual(means)
      }),
    )
  })

  it('drop the axes, or keep them with size 1', () => {
    fc.assert(
      fc.property(reductions, ({ x, axes }) => {
        const dropped = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis))
        expect(sum(x, axes).shape).toEqual(x.shape.filter((_, axis) => !dropped.includes(axis)))
        const kept = x.shape.map((dim, axis) => (dropped.includes(axis) ? 1 : dim))
        expect(sum(x, axes, { keepDims: true }).shape).toEqual(kept)
        expect(mean(x, axes, { keepDims: true }).shape).toEqual(kept)
      }),
    )
  })

  it('of no elements are 0 and NaN', () => {
    expect([...sum(zeros([2, 0]), [1]).data]).toEqual([0, 0])
    expect([...mean(zeros([2, 0]), [1]).data]).toEqual([NaN, NaN])
    expect(mean(zeros([0, 2]), [1]).shape).toEqual([0])
  })

  it('do not lose small terms in long rows', () => {
    expect(sum(full([20_000_000], 1), [0]).data[0]).toBe(20_000_000)
  })

  it('have the shape of their type', () => {
    const x = zeros([2, 3, 4])
    expectTypeOf(sum(x, [1])).toEqualTypeOf<Tensor<[2, 4]>>()
    expectTypeOf(sum(x, [-1, 0])).toEqualTypeOf<Tensor<[3]>>()
    expectTypeOf(mean(x, [0, 1, 2])).toEqualTypeOf<Tensor<[]>>()
    expectTypeOf(mean(x, [1], { keepDims: true })).toEqualTypeOf<Tensor<[2, 1, 4]>>()
    expectTypeOf(sum(x, [])).toEqualTypeOf<Tensor<[2, 3, 4]>>()
  })

  it.each([
    [[2], 'axis 2 is out of range for [128, 784]'],
    [[-3], 'axis -3 is out of range for [128, 784]'],
    [[1, -1], 'axis -1 is repeated in [1, -1]'],
    [[0.5], 'axis 0.5 is out of range for [128, 784]'],
  ])('refuse the axes %j', (axes, message) => {
    const x: Tensor<number[]> = zeros([128, 784])
    expect(() => sum(x, axes)).toThrow(`sum: ${message}`)
    expect(() => mean(x, axes)).toThrow(`mean: ${message}`)
  })
})
