import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bind } from '../bind.ts'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { AxisPadding } from '../shape/window.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { conv1d, conv2d, conv3d, convolve, convolveTransposed, convTranspose2d } from './conv.ts'
import { tensor, zeros } from './create.ts'

/** Small integers: every sum of products is exact. */
const integers = (shape: Shape): fc.Arbitrary<Tensor<number[]>> => {
  const length = sizeOf(shape)
  return fc
    .array(fc.integer({ min: -4, max: 4 }), { minLength: length, maxLength: length })
    .map((data) => tensor(shape, data))
}

const indices = (shape: Shape): number[][] =>
  shape.reduce<number[][]>(
    (all, dim) => all.flatMap((index) => Array.from({ length: dim }, (_, i) => [...index, i])),
    [[]],
  )

/** The element at an index, and 0 outside. */
const at = ({ shape, data }: AnyTensor, index: readonly number[]): number =>
  index.every((i, axis) => i >= 0 && i < shape[axis]!)
    ? data[shape.reduce((offset, dim, axis) => offset * dim + index[axis]!, 0)]!
    : 0

const dot = (a: AnyTensor, b: AnyTensor): number =>
  Array.from(a.data).reduce((sum, value, i) => sum + value * b.data[i]!, 0)

const perAxis = <T>(axes: number, value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: axes, maxLength: axes })

const settings = fc.integer({ min: 1, max: 3 }).chain((axes) =>
  fc.record({
    axes: fc.constant(axes),
    batch: fc.integer({ min: 1, max: 2 }),
    groups: fc.integer({ min: 1, max: 2 }),
    inputs: fc.integer({ min: 1, max: 2 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    sizes: perAxis(axes, fc.integer({ min: 4, max: axes === 3 ? 4 : 6 })),
    kernel: perAxis(axes, fc.integer({ min: 1, max: 2 })),
    stride: perAxis(axes, fc.integer({ min: 1, max: 3 })),
    dilation: perAxis(axes, fc.integer({ min: 1, max: 2 })),
    padding: perAxis<AxisPadding>(
      axes,
      fc.oneof(
        fc.constantFrom<AxisPadding>('same', 'valid', 'causal'),
        fc.integer({ min: 0, max: 2 }),
        fc.tuple(fc.integer({ min: -1, max: 2 }), fc.integer({ min: 0, max: 2 })),
      ),
    ),
  }),
)

const cases = settings.chain((s) =>
  fc.record({
    settings: fc.constant(s),
    x: integers([s.batch, s.inputs * s.groups, ...s.sizes]),
    kernel: integers([s.outputs * s.groups, s.inputs, ...s.kernel]),
  }),
)

/** What of a padding stands before the first element. */
const before = (padding: AxisPadding, extent: number): number => {
  if (padding === 'causal') return extent - 1
  if (padding === 'same') return Math.floor((extent - 1) / 2)
  if (padding === 'valid') return 0
  return typeof padding === 'number' ? padding : padding[0]
}

describe('conv', () => {
  it('is the sum over the window at every position', () => {
    fc.assert(
      fc.property(cases, ({ settings: { axes, stride, dilation, padding, groups }, x, kernel }) => {
        const y = convolve('conv', x, kernel, { stride, dilation, padding, groups })
        const perGroup = kernel.shape[1]!
        const window = kernel.shape.slice(2)
        for (const index of indices(y.shape)) {
          const [n, o, ...position] = index as [number, number, ...number[]]
          const group = Math.floor((o * groups) / kernel.shape[0]!)
          let sum = 0
          for (let c = 0; c < perGroup; c++)
            for (const tap of indices(window)) {
              const from = Array.from({ length: axes }, (_, axis) => {
                const extent = (window[axis]! - 1) * dilation[axis]! + 1
                return (
                  position[axis]! * stride[axis]! +
                  tap[axis]! * dilation[axis]! -
                  before(padding[axis]!, extent)
                )
              })
              sum += at(x, [n, group * perGroup + c, ...from]) * at(kernel, [o, c, ...tap])
            }
          expect(at(y, index) + 0).toBe(sum + 0)
        }
      }),
    )
  })

  it('keeps the size with "same" and "causal", and divides it by the stride, rounded up', () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom('same', 'causal'),
        ({ settings: { stride, dilation, groups }, x, kernel }, padding) => {
          const y = convolve('conv', x, kernel, { stride, dilation, groups, padding } as const)
          expect(y.shape.slice(2)).toEqual(
            x.shape.slice(2).map((size, axis) => Math.ceil(size / stride[axis]!)),
          )
        },
      ),
    )
  })

  it('with groups is the convolutions of the groups side by side', () => {
    const halves = cases.filter(({ settings: { groups } }) => groups === 2)
    fc.assert(
      fc.property(halves, ({ settings: { stride, dilation, padding }, x, kernel }) => {
        const part = (of: AnyTensor, axis: 0 | 1, half: number): AnyTensor => {
          const size = of.shape[axis]! / 2
          const along = (value: number, other: readonly number[]) =>
            other.map((v, a) => (a === axis ? value : v))
          return bind('slice', [of], {
            start: along(
              half * size,
              of.shape.map(() => 0),
            ),
            limit: along((half + 1) * size, of.shape),
            stride: of.shape.map(() => 1),
          })
        }
        const options = { stride, dilation, padding }
        const apart = [0, 1].map((half) => convolve('conv', part(x, 1, half), part(kernel, 0, half), options))
        const together = convolve('conv', x, kernel, { ...options, groups: 2 })
        expect(together).toEqual(bind('concat', apart, { axis: 1 }))
      }),
    )
  })

  it('transposed is the adjoint: ⟨conv(x), y⟩ = ⟨x, convTranspose(y)⟩', () => {
    const adjoint = cases
      .filter(({ settings: { padding } }) => padding.every((p) => typeof p !== 'string'))
      .chain(({ settings: s, x, kernel }) => {
        const options = { stride: s.stride, dilation: s.dilation, padding: s.padding, groups: s.groups }
        const shape = convolve('conv', x, kernel, options).shape
        // The sizes that a stride maps to one differ in what the last window does not reach.
        const outputPadding = s.sizes.map((size, axis) => {
          const sides = s.padding[axis]!
          const [low, high] =
            typeof sides === 'number' ? [sides, sides] : (sides as readonly [number, number])
          return (size + low + high - (s.kernel[axis]! - 1) * s.dilation[axis]! - 1) % s.stride[axis]!
        })
        return integers(shape).map((y) => ({ x, y, kernel, options: { ...options, outputPadding } }))
      })
    fc.assert(
      fc.property(adjoint, ({ x, y, kernel, options }) => {
        const back = convolveTransposed('convTranspose', y, kernel, options)
        expect(back.shape).toEqual(x.shape)
        expect(dot(back, x)).toBe(dot(convolve('conv', x, kernel, options), y))
      }),
    )
  })

  it('transposed with "same" multiplies each size by the stride', () => {
    const y = convTranspose2d(zeros([1, 2, 3, 4]), zeros([2, 1, 3, 3]), { stride: 2, padding: 'same' })
    expect(y.shape).toEqual([1, 1, 6, 8])
  })

  it.each([
    [[1, 2, 5], {}, 'conv2d: input must have rank 4: [1, 2, 5]'],
    [[1, 3, 5, 5], {}, 'conv2d: expected 2 channels, got 3: [1, 3, 5, 5]'],
    [[1, 2, 2, 5], {}, 'conv2d: the window is larger than the padded input: [1, 2, 2, 5]'],
    [[1, 2, 0, 5], { padding: 1 }, 'conv2d: the window is larger than the padded input: [1, 2, 0, 5]'],
    [[1, 2, 5, 5], { stride: 0 }, 'conv2d: stride must be a whole number above 0, got 0'],
    [[1, 2, 5, 5], { dilation: 1.5 }, 'conv2d: dilation must be a whole number above 0, got 1.5'],
    [
      [1, 2, 6, 5],
      { stride: 2, padding: 1, exact: true },
      'conv2d: stride 2 does not divide size 5: [1, 2, 6, 5]',
    ],
  ])('%j with %j is refused', (shape, options, message) => {
    const x: Tensor<number[]> = zeros(shape)
    const kernel: Tensor<number[]> = zeros([4, 2, 3, 3])
    expect(() => conv2d(x, kernel, options)).toThrow(message)
  })

  it('refuses kernels of another rank or dtype', () => {
    const kernel: Tensor<number[]> = zeros([4, 2, 3])
    expect(() => conv3d(zeros([1, 2, 4, 4, 4]), kernel)).toThrow('conv3d: kernel must have rank 5: [4, 2, 3]')
    const integer = tensor([1, 1, 1], [1], 'i32') as AnyTensor as Tensor<number[]>
    expect(() => conv1d(zeros([1, 1, 4]), integer)).toThrow('conv1d: kernel must be f32, got i32')
  })
})
