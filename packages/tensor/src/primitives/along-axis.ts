import { type Shape, showShape, sizeOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { TensorSpec } from '../tensor.ts'
import type { NumberArray } from './definition.ts'

/** One line of elements along an axis: element i is `data[start + i * stride]`. */
export interface Line {
  readonly start: number
  readonly stride: number
  readonly length: number
  /** The number of this line, in row-major order of the other axes. */
  readonly index: number
}

/** Every line of a shape along an axis, in row-major order of the other axes. */
export const linesAlong = (shape: Shape, axis: number, visit: (line: Line) => void): void => {
  const length = shape[axis]!
  const stride = sizeOf(shape.slice(axis + 1))
  const outer = sizeOf(shape.slice(0, axis))
  for (let o = 0; o < outer; o++)
    for (let inner = 0; inner < stride; inner++)
      visit({ start: o * length * stride + inner, stride, length, index: o * stride + inner })
}

/** The elements of a line. */
export const elementsOf = (data: NumberArray, { start, stride, length }: Line): number[] =>
  Array.from({ length }, (_, i) => data[start + i * stride]!)

/** Refuses an axis that the operand does not have, and dtypes without an order. */
export const checkAxis = (name: string, { shape, dtype }: TensorSpec, axis: number): void => {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length)
    throw new ShapeError(`${name}: axis ${axis} is out of range for ${showShape(shape)}`)
  if (dtype === 'bool') throw new ShapeError(`${name}: not defined for dtype bool`)
}
