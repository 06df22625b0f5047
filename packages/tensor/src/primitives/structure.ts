import { checkBroadcastTo } from '../shape/broadcast-to.ts'
import { showShape, sizeOf, stridesOf } from '../shape/dim.ts'
import { ShapeError } from '../shape/error.ts'
import type { Definition } from './definition.ts'
import { copyStrided } from './strided.ts'

export const reshape: Definition<'reshape'> = {
  spec: ([x], { shape }) => {
    if (sizeOf(x!.shape) !== sizeOf(shape))
      throw new ShapeError(
        `reshape: ${showShape(x!.shape)} (${sizeOf(x!.shape)} elements) cannot become ${showShape(shape)} (${sizeOf(shape)} elements)`,
      )
    return { shape, dtype: x!.dtype }
  },
  evaluate: ([x], _, result) => result.data.set(x!.data),
}

export const permute: Definition<'permute'> = {
  spec: ([x], { axes }) => ({ shape: axes.map((axis) => x!.shape[axis]!), dtype: x!.dtype }),
  evaluate: ([x], { axes }, result) => {
    const strides = stridesOf(x!.shape)
    const from = { offset: 0, strides: axes.map((axis) => strides[axis]!) }
    copyStrided(result.shape, x!.data, from, result.data, { offset: 0, strides: stridesOf(result.shape) })
  },
}

export const broadcastTo: Definition<'broadcastTo'> = {
  spec: ([x], { shape }) => {
    checkBroadcastTo('broadcastTo', x!.shape, shape)
    return { shape, dtype: x!.dtype }
  },
  evaluate: ([x], { shape }, result) => {
    const lead = shape.length - x!.shape.length
    const own = stridesOf(x!.shape)
    const strides = shape.map((_, axis) =>
      axis < lead || x!.shape[axis - lead] === 1 ? 0 : own[axis - lead]!,
    )
    copyStrided(shape, x!.data, { offset: 0, strides }, result.data, { offset: 0, strides: stridesOf(shape) })
  },
}

/** Number of elements start, start + stride, … below limit. */
const sliceLength = (start: number, limit: number, stride: number): number =>
  Math.max(0, Math.ceil((limit - start) / stride))

export const slice: Definition<'slice'> = {
  spec: ([x], { start, limit, stride }) => {
    const { shape } = x!
    if (start.length !== shape.length || limit.length !== shape.length || stride.length !== shape.length)
      throw new ShapeError(
        `slice: start, limit and stride must list all ${shape.length} axes of ${showShape(shape)}`,
      )
    shape.forEach((dim, axis) => {
      if (start[axis]! < 0 || limit[axis]! > dim || start[axis]! > limit[axis]! || stride[axis]! < 1)
        throw new ShapeError(
          `slice: ${start[axis]} to ${limit[axis]} by ${stride[axis]} is out of range for axis ${axis} of ${showShape(shape)}`,
        )
    })
    return {
      shape: shape.map((_, axis) => sliceLength(start[axis]!, limit[axis]!, stride[axis]!)),
      dtype: x!.dtype,
    }
  },
  evaluate: ([x], { start, stride }, result) => {
    const own = stridesOf(x!.shape)
    const from = {
      offset: own.reduce((offset, s, axis) => offset + s * start[axis]!, 0),
      strides: own.map((s, axis) => s * stride[axis]!),
    }
    copyStrided(result.shape, x!.data, from, result.data, { offset: 0, strides: stridesOf(result.shape) })
  },
}

/** Size of an axis after `interior` zeros went between its elements. */
const spread = (dim: number, interior: number): number => (dim === 0 ? 0 : dim + (dim - 1) * interior)

export const pad: Definition<'pad'> = {
  spec: ([x], { low, high, interior }) => {
    const { shape } = x!
    const padded = shape.map((dim, axis) => spread(dim, interior[axis]!) + low[axis]! + high[axis]!)
    if (padded.some((dim) => dim < 0) || interior.some((count) => count < 0))
      throw new ShapeError(
        `pad: low ${showShape(low)}, high ${showShape(high)} and interior ${showShape(interior)} leave a negative size of ${showShape(shape)}`,
      )
    return { shape: padded, dtype: x!.dtype }
  },
  evaluate: ([x], { low, interior }, result) => {
    const own = stridesOf(x!.shape)
    const strides = stridesOf(result.shape)
    // Only the elements that land inside the result are copied: negative padding crops.
    const first = x!.shape.map((_, axis) => Math.max(0, Math.ceil(-low[axis]! / (interior[axis]! + 1))))
    const counts = x!.shape.map((dim, axis) => {
      const room = Math.floor((result.shape[axis]! - 1 - low[axis]!) / (interior[axis]! + 1)) + 1
      return Math.max(0, Math.min(dim, room) - first[axis]!)
    })
    const from = { offset: own.reduce((offset, s, axis) => offset + s * first[axis]!, 0), strides: own }
    const to = {
      offset: strides.reduce((o, s, axis) => o + s * (low[axis]! + first[axis]! * (interior[axis]! + 1)), 0),
      strides: strides.map((s, axis) => s * (interior[axis]! + 1)),
    }
    copyStrided(counts, x!.data, from, result.data, to)
  },
}

export const fill: Definition<'fill'> = {
  spec: (_, { shape, dtype }) => ({ shape, dtype }),
  evaluate: (_, { value }, result) => {
    result.data.fill(value)
  },
}

export const barrier: Definition<'barrier'> = {
  spec: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  evaluate: ([x], _, result) => result.data.set(x!.data),
}

export const stopGradient: Definition<'stopGradient'> = {
  spec: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  evaluate: ([x], _, result) => result.data.set(x!.data),
}
