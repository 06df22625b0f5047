import { showShape, stridesOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { Definition } from './definition.ts'
import { copyStrided } from './strided.ts'

export const concat: Definition<'concat'> = {
  spec: (operands, { axis }) => {
    const [first, ...rest] = operands
    if (first === undefined) throw new ShapeError('concat: at least one tensor is needed')
    for (const { shape, dtype } of rest) {
      if (dtype !== first.dtype) throw new ShapeError(`concat: dtypes differ: ${first.dtype} and ${dtype}`)
      const fits =
        shape.length === first.shape.length && shape.every((dim, a) => a === axis || dim === first.shape[a])
      if (!fits)
        throw new ShapeError(
          `concat: shapes ${showShape(first.shape)} and ${showShape(shape)} differ outside axis ${axis}`,
        )
    }
    const total = operands.reduce((sum, { shape }) => sum + shape[axis]!, 0)
    return { shape: first.shape.map((dim, a) => (a === axis ? total : dim)), dtype: first.dtype }
  },
  evaluate: (operands, { axis }, result) => {
    const strides = stridesOf(result.shape)
    let offset = 0
    for (const { shape, data } of operands) {
      copyStrided(shape, data, { offset: 0, strides: stridesOf(shape) }, result.data, { offset, strides })
      offset += shape[axis]! * strides[axis]!
    }
  },
}

export const flip: Definition<'flip'> = {
  spec: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  evaluate: ([x], { axes }, result) => {
    const own = stridesOf(x!.shape)
    const from = {
      offset: axes.reduce((offset, axis) => offset + Math.max(0, x!.shape[axis]! - 1) * own[axis]!, 0),
      strides: own.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    }
    copyStrided(x!.shape, x!.data, from, result.data, { offset: 0, strides: own })
  },
}

export const iota: Definition<'iota'> = {
  spec: (_, { shape, dtype }) => ({ shape, dtype }),
  evaluate: (_, { shape, axis }, result) => {
    const stride = stridesOf(shape)[axis]!
    for (let i = 0; i < result.data.length; i++) result.data[i] = Math.floor(i / stride) % shape[axis]!
  },
}
