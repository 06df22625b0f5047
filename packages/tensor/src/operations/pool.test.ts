import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { tensor, zeros } from './create.ts'
import { type PoolKind, pool } from './pool.ts'
import { pixelShuffle, spaceToDepth, upsampleNearest } from './resample.ts'

const indices = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (all, dim) => all.flatMap((index) => Array.from({ length: dim }, (_, i) => [...index, i])),
    [[]],
  )

const offsetOf = (shape: Shape, index: readonly number[]): number =>
  shape.reduce((offset, dim, axis) => offset * dim + index[axis]!, 0)

const at = ({ shape, data }: AnyTensor, index: readonly number[]): number => data[offsetOf(shape, index)]!

const integers = (shape: Shape): fc.Arbitrary<Tensor<number[]>> => {
  const length = sizeOf(shape)
  return fc
    .array(fc.integer({ min: -8, max: 8 }), { minLength: length, maxLength: length })
    .map((data) => tensor(shape, data))
}

const perAxis = (axes: number, min: number, max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min, max }), { minLength: axes, maxLength: axes })

const cases = fc.integer({ min: 1, max: 3 }).chain((axes) =>
  fc
    .record({
      axes: fc.constant(axes),
      sizes: perAxis(axes, 3, axes === 3 ? 4 : 6),
      kernel: perAxis(axes, 1, 3),
      stride: perAxis(axes, 1, 3),
      padding: fc.nat(1),
      apart: fc.boolean(),
    })
    .chain((settings) =>
      fc.record({ settings: fc.constant(settings), x: integers([2, 2, ...settings.sizes]) }),
    ),
)

describe('pooling', () => {
  it.each<[PoolKind]>([['max'], ['average']])('%s looks at every window', (kind) => {
    fc.assert(
      fc.property(cases, ({ settings: { axes, kernel, padding, ...s }, x }) => {
        const stride = s.apart ? kernel : s.stride
        const y = pool(kind, 'pool', axes, x, { kernel, stride, padding })
        for (const index of indices(y.shape)) {
          const [n, c, ...position] = index as [number, number, ...number[]]
          const seen = indices(kernel)
            .map((tap) => tap.map((i, axis) => position[axis]! * stride[axis]! + i - padding))
            .filter((from) => from.every((i, axis) => i >= 0 && i < s.sizes[axis]!))
            .map((from) => at(x, [n, c, ...from]))
          const expected =
            kind === 'max' ? Math.max(...seen) : seen.reduce((a, b) => a + b, 0) / sizeOf(kernel)
          expect(at(y, index)).toBeCloseTo(expected, 5)
        }
      }),
    )
  })

  it.each([
    [[1, 2, 2, 3], { kernel: 3 }, 'maxPool2d: the window is larger than the padded input: [1, 2, 2, 3]'],
    [[1, 2, 2], { kernel: 1 }, 'maxPool2d: input must have rank 4: [1, 2, 2]'],
    [[1, 2, 4, 4], { kernel: 0 }, 'maxPool2d: kernel must be a whole number above 0, got 0'],
    [[1, 2, 4, 5], { kernel: 2, exact: true }, 'maxPool2d: stride 2 does not divide size 5: [1, 2, 4, 5]'],
  ])('%j with %j is refused', (shape, options, message) => {
    expect(() => pool('max', 'maxPool2d', 2, zeros(shape), options)).toThrow(message)
  })
})

describe('resampling', () => {
  const images = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
    .chain(([channels, size, factor]) =>
      integers([2, channels * factor ** 2, size, size + 1]).map((x) => ({ x, factor })),
    )

  it('upsampleNearest repeats each element', () => {
    fc.assert(
      fc.property(images, ({ x, factor }) => {
        const y = upsampleNearest(x, factor)
        expect(y.shape).toEqual([...x.shape.slice(0, 2), ...x.shape.slice(2).map((size) => size * factor)])
        for (const index of indices(y.shape))
          expect(at(y, index)).toBe(
            at(
              x,
              index.map((i, axis) => (axis < 2 ? i : Math.floor(i / factor))),
            ),
          )
      }),
    )
  })

  it('pixelShuffle puts channels side by side, and spaceToDepth undoes it', () => {
    fc.assert(
      fc.property(images, ({ x, factor }) => {
        const y: Tensor<number[]> = pixelShuffle(x, factor)
        for (const index of indices(y.shape)) {
          const [n, c, h, w] = index as [number, number, number, number]
          const channel = c * factor ** 2 + (h % factor) * factor + (w % factor)
          expect(at(y, index)).toBe(at(x, [n, channel, Math.floor(h / factor), Math.floor(w / factor)]))
        }
        expect(spaceToDepth(y, factor)).toEqual(x)
      }),
    )
  })

  it('refuses what does not divide', () => {
    const x: Tensor<number[]> = zeros([1, 6, 4, 5])
    expect(() => pixelShuffle(x, 2)).toThrow('pixelShuffle: 6 channels are not divisible by 2²: [1, 6, 4, 5]')
    expect(() => spaceToDepth(x, 2)).toThrow('spaceToDepth: 2 does not divide size 5: [1, 6, 4, 5]')
    expect(() => upsampleNearest(x, 0 as number)).toThrow(
      'upsampleNearest: factor must be a whole number above 0, got 0',
    )
    const flat: Tensor<number[]> = zeros([2, 3])
    expect(() => upsampleNearest(flat, 2)).toThrow('upsampleNearest: input must have rank 3 or more: [2, 3]')
    expect(() => pixelShuffle(flat, 2)).toThrow('pixelShuffle: input must have rank 4: [2, 3]')
    expect(() => spaceToDepth(flat, 2)).toThrow('spaceToDepth: input must have rank 4: [2, 3]')
  })
})
