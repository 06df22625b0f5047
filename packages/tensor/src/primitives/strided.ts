import type { Shape } from '../shape/dim.ts'
import type { NumberArray } from './definition.ts'

/** A walk over an array: where it starts and how far each axis steps, in elements. */
export interface Walk {
  readonly offset: number
  readonly strides: readonly number[]
}

/** Calls `visit` with the offsets of both walks for every index of `shape`, in row-major order. */
export const walk = (
  shape: Shape,
  left: Walk,
  right: Walk,
  visit: (left: number, right: number) => void,
): void => {
  if (shape.length === 0) {
    visit(left.offset, right.offset)
    return
  }
  const last = shape.length - 1
  const step = (axis: number, l: number, r: number): void => {
    const [size, byLeft, byRight] = [shape[axis]!, left.strides[axis]!, right.strides[axis]!]
    if (axis === last) for (let i = 0; i < size; i++) visit(l + i * byLeft, r + i * byRight)
    else for (let i = 0; i < size; i++) step(axis + 1, l + i * byLeft, r + i * byRight)
  }
  step(0, left.offset, right.offset)
}

/** Copies the elements of one walk to those of another, row by row: an element that is repeated side by side is filled in. */
export const copyStrided = (
  shape: Shape,
  source: NumberArray,
  from: Walk,
  target: NumberArray,
  to: Walk,
): void => {
  const last = shape.length - 1
  const [size, bySource, byTarget] = [shape[last] ?? 1, from.strides[last] ?? 0, to.strides[last] ?? 1]
  const row = (s: number, t: number): void => {
    if (bySource === 0 && byTarget === 1) target.fill(source[s]!, t, t + size)
    else for (let i = 0; i < size; i++) target[t + i * byTarget] = source[s + i * bySource]!
  }
  walk(shape.slice(0, -1), from, to, row)
}
