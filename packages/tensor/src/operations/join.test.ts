import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { split } from '../random.ts'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { PadMode } from '../shape/pad.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { full, tensor, zeros } from './create.ts'
import { concat, slice, stack } from './join.ts'
import { pad } from './pad.ts'
import { expandDims, squeeze, swapAxes } from './structure.ts'

/** A tensor whose element at an offset is the offset + 1 + start: every element tells where it came from. */
const numbered = (shape: Shape, start = 0): Tensor<number[]> =>
  tensor(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, offset) => start + offset + 1),
  )

/** All indices of a shape in row-major order. */
const indices = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (all, dim) => all.flatMap((index) => Array.from({ length: dim }, (_, i) => [...index, i])),
    [[]],
  )

const at = (x: AnyTensor, index: readonly number[]): number =>
  x.data[x.shape.reduce((offset, dim, axis) => offset * dim + index[axis]!, 0)]!

const replaced = (list: readonly number[], at: number, value: number): number[] =>
  list.map((own, index) => (index === at ? value : own))

/** A shape with an axis, which may be counted from the end. */
const withAxis = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axis: fc.nat(shape.length - 1),
      fromEnd: fc.boolean(),
    }),
  )
  .map(({ shape, axis, fromEnd }) => ({ shape, axis, given: fromEnd ? axis - shape.length : axis }))

describe('concat', () => {
  it('puts each element behind those of the tensors before it', () => {
    fc.assert(
      fc.property(
        withAxis,
        fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
        ({ shape, axis, given }, sizes) => {
          const parts = sizes.map((size, part) => numbered(replaced(shape, axis, size), part * 1000))
          const joined = concat(parts, given)
          expect(joined.shape).toEqual(
            replaced(
              shape,
              axis,
              sizes.reduce((a, b) => a + b, 0),
            ),
          )
          let offset = 0
          for (const part of parts) {
            for (const index of indices(part.shape))
              expect(at(joined, replaced(index, axis, index[axis]! + offset))).toBe(at(part, index))
            offset += part.shape[axis]!
          }
        },
      ),
    )
  })
})

describe('stack', () => {
  it('puts the tensors side by side along a new axis', () => {
    fc.assert(
      fc.property(withAxis, fc.integer({ min: 1, max: 3 }), ({ shape, axis, given }, count) => {
        const parts = Array.from({ length: count }, (_, part) => numbered(shape, part * 1000))
        const stacked = stack(parts, given < 0 ? given - 1 : axis)
        const place = given < 0 ? given + shape.length : axis
        expect(stacked.shape).toEqual([...shape.slice(0, place), count, ...shape.slice(place)])
        parts.forEach((part, i) => {
          for (const index of indices(shape))
            expect(at(stacked, [...index.slice(0, place), i, ...index.slice(place)])).toBe(at(part, index))
        })
      }),
    )
  })
})

describe('slice', () => {
  it('takes from, from + step, … below to along one axis', () => {
    const cases = withAxis.chain((found) =>
      fc.record({
        found: fc.constant(found),
        ends: fc.tuple(fc.nat(found.shape[found.axis]!), fc.nat(found.shape[found.axis]!)),
        step: fc.integer({ min: 1, max: 3 }),
      }),
    )
    fc.assert(
      fc.property(cases, ({ found: { shape, axis, given }, ends, step }) => {
        const [from, to] = [...ends].sort((a, b) => a - b) as [number, number]
        const x = numbered(shape)
        const taken = indices(shape).filter(
          ({ [axis]: i }) => i! >= from && i! < to && (i! - from) % step === 0,
        )
        const result = slice(x, given, from, to, step)
        expect([...result.data]).toEqual(taken.map((index) => at(x, index)))
        expect(result.shape).toEqual(replaced(shape, axis, Math.ceil((to - from) / step)))
      }),
    )
  })

  it.each([
    [0, 0, 4, 1, 'slice: 0 to 4 by 1 is out of range for axis 0 of [3]'],
    [0, -1, 2, 1, 'slice: -1 to 2 by 1 is out of range for axis 0 of [3]'],
    [0, 2, 1, 1, 'slice: 2 to 1 by 1 is out of range for axis 0 of [3]'],
    [-1, 0, 3, 0, 'slice: 0 to 3 by 0 is out of range for axis -1 of [3]'],
    [0, 0.5, 3, 1, 'slice: 0.5 to 3 by 1 is out of range for axis 0 of [3]'],
    [1, 0, 3, 1, 'slice: axis 1 is out of range for [3]'],
  ])('refuses axis %j from %j to %j by %j', (axis, from, to, step, message) => {
    const x: Tensor<number[]> = zeros([3])
    expect(() => slice(x, axis, from, to, step)).toThrow(message)
  })
})

describe('split', () => {
  it('undoes concat', () => {
    fc.assert(
      fc.property(withAxis, fc.integer({ min: 1, max: 3 }), ({ shape, given }, count) => {
        const parts = Array.from({ length: count }, (_, part) => numbered(shape, part * 1000))
        expect(split(concat(parts, given), count, given)).toEqual(parts)
      }),
    )
  })

  it('has a tuple of parts as its type', () => {
    expectTypeOf(split(zeros([6, 4]), 3, 0)).toEqualTypeOf<[Tensor<[2, 4]>, Tensor<[2, 4]>, Tensor<[2, 4]>]>()
    expectTypeOf(split(zeros([6, 4]), 3 as number, 0)).toEqualTypeOf<Tensor<[number, 4]>[]>()
  })
})

describe('expandDims, squeeze and swapAxes', () => {
  it('keep the elements in order, and squeeze undoes expandDims', () => {
    fc.assert(
      fc.property(withAxis, ({ shape, axis }) => {
        const x = numbered(shape)
        const expanded = expandDims(x, axis)
        expect(expanded.shape).toEqual([...shape.slice(0, axis), 1, ...shape.slice(axis)])
        expect(squeeze(expanded, [axis])).toEqual(x)
        expect(expandDims(x, axis - shape.length - 1)).toEqual(expanded)
      }),
    )
  })

  it('exchanges two axes', () => {
    fc.assert(
      fc.property(withAxis, fc.nat(3), ({ shape, axis, given }, other) => {
        const second = other % shape.length
        const x = numbered(shape)
        const swapped = swapAxes(x, given, second)
        for (const index of indices(shape))
          expect(at(swapped, replaced(replaced(index, axis, index[second]!), second, index[axis]!))).toBe(
            at(x, index),
          )
        expect(swapAxes(swapped, second, given)).toEqual(x)
      }),
    )
  })
})

describe('pad', () => {
  /** Where the element of the result comes from in an axis of size n; null for a new one. */
  const source = (i: number, n: number, mode: PadMode): number | null => {
    if (i >= 0 && i < n) return i
    if (mode === 'constant') return null
    if (mode === 'replicate') return i < 0 ? 0 : n - 1
    return i < 0 ? -i : 2 * (n - 1) - i
  }
  const cases = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }).chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      mode: fc.constantFrom<PadMode>('constant', 'reflect', 'replicate'),
      value: fc.constantFrom(0, 7),
      widths: fc.array(fc.tuple(fc.integer({ min: -4, max: 3 }), fc.integer({ min: -4, max: 3 })), {
        minLength: shape.length,
        maxLength: shape.length,
      }),
    }),
  )

  it('takes every element of the result from where its mode says', () => {
    fc.assert(
      fc.property(cases, ({ shape, mode, value, widths }) => {
        const x = numbered(shape)
        const possible = widths.every(([low, high], axis) =>
          mode === 'constant'
            ? shape[axis]! + low + high >= 0
            : Math.min(low, high) >= 0 && (mode !== 'reflect' || Math.max(low, high) < shape[axis]!),
        )
        const run = (): AnyTensor => pad(x, widths, { mode, value })
        if (!possible) {
          expect(run).toThrow('is too small for')
          return
        }
        const result = run()
        expect(result.shape).toEqual(shape.map((size, axis) => size + widths[axis]![0] + widths[axis]![1]))
        for (const index of indices(result.shape)) {
          const from = index.map((i, axis) => source(i - widths[axis]![0], shape[axis]!, mode))
          const expected = from.includes(null) ? value : at(x, from as number[])
          expect(at(result, index)).toBe(expected)
        }
      }),
    )
  })

  it('keeps the dtype', () => {
    expect(pad(full([1], 3, 'i32'), [[1, 1]], { value: 2 })).toMatchObject({ dtype: 'i32', shape: [3] })
  })
})
