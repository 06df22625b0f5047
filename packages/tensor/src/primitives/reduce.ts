import { resolveAxes } from '../shape/axis.ts'
import { sizeOf, stridesOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { Definition } from './definition.ts'
import { walk } from './strided.ts'

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
    const own = stridesOf(result.shape)
    let next = 0
    const strides = x!.shape.map((_, axis) => (axes.includes(axis) ? 0 : own[next++]!))
    walk(x!.shape, { offset: 0, strides: stridesOf(x!.shape) }, { offset: 0, strides }, (from, to) => {
      wide[to]! += x!.data[from]!
    })
    for (let i = 0; i < wide.length; i++) result.data[i] = wide[i]!
  },
}
