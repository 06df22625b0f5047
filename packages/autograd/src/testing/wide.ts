import { type Block, type Shape, sizeOf } from '@vae/tensor'
import type { Tape } from '../tape.ts'

/** The same block with its floats held in float64. */
export const widen = ({ shape, dtype, data }: Block): Block => ({
  shape,
  dtype,
  data: dtype === 'f32' ? Float64Array.from(data) : data,
})

/**
 * Weights of either sign, between ½ and 3/2 in size, the same at each call: cotangents and tangents that do not
 * cancel by accident.
 */
export const probe = (shape: Shape, salt: number): Block => {
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, index) => {
    const x = Math.imul(index * 2 + 1 + salt * 7919, 0x9e3779b1) >>> 0
    const mixed = Math.imul(x ^ (x >>> 15), 0x85ebca6b) >>> 0
    const size = 0.5 + (mixed & 0xffff) / 0x10000
    return mixed & 0x10000 ? size : -size
  })
  return { shape, dtype: 'f32', data }
}

/** The indices of the inputs that have a gradient. */
export const floatInputs = (tape: Tape): number[] =>
  tape.inputs.flatMap(({ id }, index) => (tape.values[id]!.dtype === 'f32' ? [index] : []))

/** The indices of the outputs that have a gradient. */
export const floatOutputs = (tape: Tape): number[] =>
  tape.outputs.flatMap((id, index) => (tape.values[id]!.dtype === 'f32' ? [index] : []))

/** Σ xᵢ yᵢ, and Σ |xᵢ yᵢ|, which the rounding error grows with. */
export const dot = (x: Block, y: Block): { readonly value: number; readonly size: number } => {
  let value = 0
  let size = 0
  for (let index = 0; index < x.data.length; index++) {
    const term = x.data[index]! * y.data[index]!
    value += term
    size += Math.abs(term)
  }
  return { value, size }
}

/** The sum of `dot` over pairs of blocks. */
export const dotAll = (xs: readonly Block[], ys: readonly Block[]): ReturnType<typeof dot> =>
  xs
    .map((x, index) => dot(x, ys[index]!))
    .reduce((a, b) => ({ value: a.value + b.value, size: a.size + b.size }), { value: 0, size: 0 })
