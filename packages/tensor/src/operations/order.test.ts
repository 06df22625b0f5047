import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { arange, eye, linspace, tensor } from './create.ts'
import { argmax, argmin, argsort, cumsum, flip, logSoftmax, softmax, sort, topK } from './order.ts'
import { logSumExp, max, min, variance } from './reduction.ts'

const cases = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
  .chain((shape) =>
    fc.record({
      x: fc
        .array(fc.integer({ min: -3, max: 3 }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
        .map((data): Tensor<number[]> => tensor(shape, data)),
      axis: fc.nat(shape.length - 1),
      fromEnd: fc.boolean(),
    }),
  )
  .map(({ x, axis, fromEnd }) => ({ x, axis, given: fromEnd ? axis - x.shape.length : axis }))

/** The lines of a tensor along an axis, in row-major order of the other axes. */
const lines = ({ shape, data }: AnyTensor, axis: number): number[][] => {
  const inner = sizeOf(shape.slice(axis + 1))
  const size = shape[axis]!
  return Array.from({ length: sizeOf(shape) / size }, (_, line) =>
    Array.from(
      { length: size },
      (_, i) => data[Math.floor(line / inner) * size * inner + (line % inner) + i * inner]!,
    ),
  )
}

const without = (shape: Shape, axis: number): number[] => shape.filter((_, index) => index !== axis)
const ascending = (line: readonly number[]): number[] => [...line].sort((a, b) => a - b)
const total = (line: readonly number[]): number => line.reduce((a, b) => a + b, 0)

describe('along an axis', () => {
  it('argmax, argmin, max and min find the first best element', () => {
    fc.assert(
      fc.property(cases, ({ x, axis, given }) => {
        const all = lines(x, axis)
        expect([...argmax(x, given).data]).toEqual(all.map((line) => line.indexOf(Math.max(...line))))
        expect([...argmin(x, given).data]).toEqual(all.map((line) => line.indexOf(Math.min(...line))))
        expect([...max(x, [given]).data]).toEqual(all.map((line) => Math.max(...line)))
        expect([...min(x, [given]).data]).toEqual(all.map((line) => Math.min(...line)))
        expect(argmax(x, given).shape).toEqual(without(x.shape, axis))
        const kept = x.shape.map((size, index) => (index === axis ? 1 : size))
        expect(argmin(x, given, { keepDims: true }).shape).toEqual(kept)
        expect(max(x, [given], { keepDims: true }).shape).toEqual(kept)
      }),
    )
  })

  it('sort, argsort and topK agree', () => {
    fc.assert(
      fc.property(cases, fc.nat(4), ({ x, axis, given }, count) => {
        expect(lines(sort(x, given), axis)).toEqual(lines(x, axis).map(ascending))
        const falling = lines(x, axis).map((line) => ascending(line).reverse())
        expect(lines(sort(x, given, { descending: true }), axis)).toEqual(falling)
        const order = lines(argsort(x, given), axis)
        const sorted = lines(x, axis).map((line, index) => order[index]!.map((i) => line[i]))
        expect(sorted).toEqual(lines(x, axis).map(ascending))

        const k = Math.max(1, Math.min(count, x.shape[axis]!))
        const { values, indices } = topK(x, k, given)
        expect(lines(values, axis)).toEqual(falling.map((line) => line.slice(0, k)))
        const found = lines(indices, axis)
        expect(lines(x, axis).map((line, index) => found[index]!.map((i) => line[i]))).toEqual(
          lines(values, axis),
        )
      }),
    )
  })

  it('cumsum adds up from either end, and flip turns the order', () => {
    fc.assert(
      fc.property(cases, ({ x, axis, given }) => {
        const running = lines(x, axis).map((line) => line.map((_, i) => total(line.slice(0, i + 1))))
        expect(lines(cumsum(x, given), axis)).toEqual(running)
        expect(cumsum(x, given, { reverse: true })).toEqual(flip(cumsum(flip(x, [given]), given), [given]))
        expect(lines(flip(x, [given]), axis)).toEqual(lines(x, axis).map((line) => [...line].reverse()))
      }),
    )
  })

  it('softmax, logSoftmax, logSumExp and variance are what they say', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 1e4, -1e4), ({ x, axis, given }, offset) => {
        const shifted: Tensor<number[]> = tensor(
          x.shape,
          [...x.data].map((value) => value + offset),
        )
        const all = lines(x, axis)
        const partition = all.map((line) => total(line.map(Math.exp)))
        lines(softmax(shifted, given), axis).forEach((line, index) => {
          line.forEach((value, i) => {
            expect(value).toBeCloseTo(Math.exp(all[index]![i]!) / partition[index]!, 5)
          })
        })
        lines(logSoftmax(shifted, given), axis).forEach((line, index) => {
          line.forEach((value, i) => {
            expect(value).toBeCloseTo(all[index]![i]! - Math.log(partition[index]!), 5)
          })
        })
        ;[...logSumExp(shifted, [given]).data].forEach((value, index) => {
          expect(Math.abs(value - offset - Math.log(partition[index]!))).toBeLessThan(1e-3)
        })
        ;[...variance(x, [given]).data].forEach((value, index) => {
          const line = all[index]!
          const centre = total(line) / line.length
          expect(value).toBeCloseTo(total(line.map((v) => (v - centre) ** 2)) / line.length, 5)
        })
      }),
    )
  })

  it('stay finite where a softmax is 0, and infinite where the input is', () => {
    const wide = tensor([3], [0, 1e4, -1e4])
    expect([...softmax(wide, 0).data]).toEqual([0, 1, 0])
    expect([...logSoftmax(wide, 0).data]).toEqual([-1e4, 0, -2e4])
    expect(logSumExp(tensor([2], [-Infinity, -Infinity]), [0]).data[0]).toBe(-Infinity)
    expect(logSumExp(tensor([2], [Infinity, 0]), [0]).data[0]).toBe(Infinity)
    expect(logSumExp(tensor([0], []), [0]).data[0]).toBe(-Infinity)
    expect(variance(tensor([2], [1, 3]), [0], { correction: 1, keepDims: true })).toMatchObject({
      shape: [1],
      data: Float32Array.of(2),
    })
  })
})

describe('arange, linspace and eye', () => {
  it('count', () => {
    expect(arange(3)).toMatchObject({ dtype: 'f32', data: Float32Array.of(0, 1, 2) })
    expect([...linspace(1, 2, 3).data]).toEqual([1, 1.5, 2])
    expect([...linspace(5, 9, 1).data]).toEqual([5])
    expect([...eye(2).data]).toEqual([1, 0, 0, 1])
    expect(() => arange(-1 as number)).toThrow('arange: the number of elements')
    expect(() => linspace(0, 1, 1.5 as number)).toThrow('linspace: the number of elements')
  })
})
