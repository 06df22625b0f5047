import { type Shape, showShape, sizeOf, stridesOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { Definition } from './definition.ts'
import type { PrimitiveParameters } from './primitive.ts'

type ConvParameters = PrimitiveParameters['conv']

/** Size after `dilation − 1` zeros went between the elements. */
export const dilated = (size: number, dilation: number): number =>
  size === 0 ? 0 : (size - 1) * dilation + 1

/** The spatial sizes of a convolution; negative where the kernel is larger than the padded input. */
export const convSizes = (input: Shape, kernel: Shape, p: ConvParameters): number[] =>
  input.map((size, axis) => {
    const padded = dilated(size, p.lhsDilation[axis]!) + p.low[axis]! + p.high[axis]!
    return Math.floor((padded - dilated(kernel[axis]!, p.rhsDilation[axis]!)) / p.stride[axis]!) + 1
  })

const describe = (lhs: Shape, rhs: Shape): string => `${showShape(lhs)} and kernel ${showShape(rhs)}`

export const conv: Definition<'conv'> = {
  spec: ([lhs, rhs], p) => {
    const [n, c, ...input] = lhs!.shape as readonly [number, number, ...number[]]
    const [o, i, ...kernel] = rhs!.shape as readonly [number, number, ...number[]]
    const shapes = describe(lhs!.shape, rhs!.shape)
    if (lhs!.dtype !== 'f32' || rhs!.dtype !== 'f32')
      throw new ShapeError(`conv: defined for f32, got ${lhs!.dtype} and ${rhs!.dtype}`)
    if (lhs!.shape.length !== rhs!.shape.length || lhs!.shape.length < 2)
      throw new ShapeError(`conv: ranks differ: ${shapes}`)
    if (p.featureGroups > 1 && p.batchGroups > 1)
      throw new ShapeError('conv: either features or the batch can be grouped, not both')
    if (c !== i * p.featureGroups)
      throw new ShapeError(`conv: ${c} channels, but ${p.featureGroups} groups of ${i}: ${shapes}`)
    if (o % p.featureGroups !== 0 || o % p.batchGroups !== 0 || n % p.batchGroups !== 0)
      throw new ShapeError(`conv: the groups do not divide ${shapes}`)
    const sizes = convSizes(input, kernel, p).map((size) => Math.max(0, size))
    return { shape: [n / p.batchGroups, o, ...sizes], dtype: 'f32' }
  },
  evaluate: ([lhs, rhs], p, result) => {
    const [, channels, ...input] = lhs!.shape as readonly [number, number, ...number[]]
    const [outputs, perGroup, ...kernel] = rhs!.shape as readonly [number, number, ...number[]]
    const [batch, , ...sizes] = result.shape as readonly [number, number, ...number[]]
    const inputStrides = stridesOf(input)
    const area = sizeOf(input)
    const taps = sizeOf(kernel)
    const outputArea = sizeOf(sizes)

    /** For each output position, the taps that meet an input element: [offset in input, offset in kernel]. */
    const meetings: number[][] = []
    eachIndex(sizes, (at) => {
      const pairs: number[] = []
      eachIndex(kernel, (tap, tapOffset) => {
        let offset = 0
        for (let axis = 0; axis < input.length; axis++) {
          const position = at[axis]! * p.stride[axis]! + tap[axis]! * p.rhsDilation[axis]! - p.low[axis]!
          const index = position / p.lhsDilation[axis]!
          if (!Number.isInteger(index) || index < 0 || index >= input[axis]!) return
          offset += index * inputStrides[axis]!
        }
        pairs.push(offset, tapOffset)
      })
      meetings.push(pairs)
    })
    for (let n = 0; n < batch; n++)
      for (let o = 0; o < outputs; o++) {
        const featureGroup = Math.floor(o / (outputs / p.featureGroups))
        const example = Math.floor(o / (outputs / p.batchGroups)) * batch + n
        meetings.forEach((pairs, at) => {
          let sum = 0
          for (let c = 0; c < perGroup; c++) {
            const fromInput = (example * channels + featureGroup * perGroup + c) * area
            const fromKernel = (o * perGroup + c) * taps
            for (let i = 0; i < pairs.length; i += 2)
              sum += lhs!.data[fromInput + pairs[i]!]! * rhs!.data[fromKernel + pairs[i + 1]!]!
          }
          result.data[(n * outputs + o) * outputArea + at] = sum
        })
      }
  },
}

/** Every index of a shape in row-major order, with its position. */
const eachIndex = (shape: Shape, visit: (index: readonly number[], position: number) => void): void => {
  const index = shape.map(() => 0)
  const size = sizeOf(shape)
  for (let position = 0; position < size; position++) {
    visit(index, position)
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]!; axis--) index[axis] = 0
  }
}
