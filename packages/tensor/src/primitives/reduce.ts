import type { DType } from '../dtype.ts'
import { resolveAxes } from '../shape/axis.ts'
import { type Shape, sizeOf, stridesOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { Definition } from './definition.ts'
import { type Walk, walk } from './strided.ts'

const whole = (shape: Shape): Walk => ({ offset: 0, strides: stridesOf(shape) })

/** Where in the result each element of the operand goes: the dropped axes do not move. */
const reducedWalk = (shape: Shape, result: Shape, axes: readonly number[]): Walk => {
  const own = stridesOf(result)
  let next = 0
  return { offset: 0, strides: shape.map((_, axis) => (axes.includes(axis) ? 0 : own[next++]!)) }
}

export const sum: Definition<'sum'> = {
  spec: ([x], { axes }) => {
    if (x!.dtype === 'bool' || x!.dtype === 'u8')
      throw new ShapeError(`sum: not defined for dtype ${x!.dtype}; cast it first`)
    const dropped = resolveAxes('sum', x!.shape, axes)
    return { shape: x!.shape.filter((_, axis) => !dropped.includes(axis)), dtype: x!.dtype }
  },
  evaluate: ([x], { axes }, result) => {
    // Accumulated in float64: 24-bit sums of long rows would lose the small terms.
    const wide = new Float64Array(sizeOf(result.shape))
    walk(x!.shape, whole(x!.shape), reducedWalk(x!.shape, result.shape, axes), (from, to) => {
      wide[to]! += x!.data[from]!
    })
    for (let i = 0; i < wide.length; i++) result.data[i] = wide[i]!
  },
}

/** The largest (or smallest) element, from the value that any other replaces. */
const extremum = (
  name: 'reduceMax' | 'reduceMin',
  pick: (x: number, y: number) => number,
  initial: Partial<Record<DType, number>>,
): Definition<'reduceMax' | 'reduceMin'> => ({
  spec: ([x], { axes }) => {
    if (initial[x!.dtype] === undefined) throw new ShapeError(`${name}: not defined for dtype ${x!.dtype}`)
    const dropped = resolveAxes(name, x!.shape, axes)
    return { shape: x!.shape.filter((_, axis) => !dropped.includes(axis)), dtype: x!.dtype }
  },
  evaluate: ([x], { axes }, result) => {
    result.data.fill(initial[x!.dtype]!)
    walk(x!.shape, whole(x!.shape), reducedWalk(x!.shape, result.shape, axes), (from, to) => {
      result.data[to] = pick(result.data[to]!, x!.data[from]!)
    })
  },
})

export const reduceMax = extremum('reduceMax', Math.max, {
  f32: Number.NEGATIVE_INFINITY,
  i32: -(2 ** 31),
  u32: 0,
  u8: 0,
})
export const reduceMin = extremum('reduceMin', Math.min, {
  f32: Number.POSITIVE_INFINITY,
  i32: 2 ** 31 - 1,
  u32: 2 ** 32 - 1,
  u8: 255,
})
