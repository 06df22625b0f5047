import { type PrimitiveParameters, type Shape, sizeOf, stridesOf, type TensorSpec } from '@vae/tensor'
import { type CopyAxis, type CopyStep, widthOf } from './step.ts'
import type { Run } from './walk.ts'

/**
 * Fewer axes for the same copy: axes of size 1 go, neighbours that step as one become one, and the axis that
 * is contiguous in the source comes next to the last, where the kernel transposes in registers.
 */
export const simplifyAxes = (axes: readonly CopyAxis[]): readonly CopyAxis[] => {
  const merged: CopyAxis[] = []
  for (const axis of axes) {
    if (axis.size === 1) continue
    const outer = merged.at(-1)
    if (outer && outer.from === axis.from * axis.size && outer.to === axis.to * axis.size)
      merged[merged.length - 1] = { ...axis, size: outer.size * axis.size }
    else merged.push(axis)
  }
  const last = merged.at(-1)
  if (last === undefined || last.from === 1) return merged
  const contiguous = merged.findIndex((axis) => axis.from === 1)
  if (contiguous < 0) return merged
  return [...merged.filter((_, i) => i !== contiguous && i !== merged.length - 1), merged[contiguous]!, last]
}

interface Walk {
  readonly offset: number
  readonly strides: readonly number[]
}

const copy = (
  spec: TensorSpec,
  sizes: Shape,
  from: Walk,
  to: Walk,
  clear: number,
): CopyStep<'operand' | 'result'> => ({
  kind: 'copy',
  width: widthOf(spec.dtype),
  from: 'operand',
  to: 'result',
  fromOffset: from.offset,
  toOffset: to.offset,
  axes: simplifyAxes(sizes.map((size, i) => ({ size, from: from.strides[i]!, to: to.strides[i]! }))),
  clear,
})

const whole = (shape: Shape): Walk => ({ offset: 0, strides: stridesOf(shape) })

/** The elements of a tensor of the dtype of `spec`, met along a walk, one after another. */
export const walkCopy = (spec: TensorSpec, walk: readonly Run[]) => {
  const sizes = walk.map(({ size }) => size)
  return copy(spec, sizes, { offset: 0, strides: walk.map(({ stride }) => stride) }, whole(sizes), 0)
}

export const permuteCopy = (x: TensorSpec, { axes }: PrimitiveParameters['permute']) => {
  const own = stridesOf(x.shape)
  const shape = axes.map((axis) => x.shape[axis]!)
  return copy(x, shape, { offset: 0, strides: axes.map((axis) => own[axis]!) }, whole(shape), 0)
}

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, i) => sum + value * right[i]!, 0)

export const sliceCopy = (
  x: TensorSpec,
  { start, stride }: PrimitiveParameters['slice'],
  result: TensorSpec,
) => {
  const own = stridesOf(x.shape)
  const from = { offset: dot(own, start), strides: own.map((step, i) => step * stride[i]!) }
  return copy(x, result.shape, from, whole(result.shape), 0)
}

export const padCopy = (x: TensorSpec, { low, interior }: PrimitiveParameters['pad'], result: TensorSpec) => {
  const steps = interior.map((count) => count + 1)
  // only what lands inside the result is copied: negative padding crops
  const first = low.map((before, i) => Math.max(0, Math.ceil(-before / steps[i]!)))
  const counts = x.shape.map((dim, i) => {
    const room = Math.floor((result.shape[i]! - 1 - low[i]!) / steps[i]!) + 1
    return Math.max(0, Math.min(dim, room) - first[i]!)
  })
  const own = stridesOf(x.shape)
  const strides = stridesOf(result.shape)
  const from = { offset: dot(own, first), strides: own }
  const landing = low.map((before, i) => before + first[i]! * steps[i]!)
  const to = { offset: dot(strides, landing), strides: strides.map((step, i) => step * steps[i]!) }
  const copied = sizeOf(counts)
  const clear = copied === sizeOf(result.shape) ? 0 : sizeOf(result.shape) * widthOf(x.dtype)
  return copied === 0
    ? copy(x, [0], { offset: 0, strides: [1] }, { offset: 0, strides: [1] }, clear)
    : copy(x, counts, from, to, clear)
}

/** x in the opposite order along `axes`. */
export const flipCopy = (x: TensorSpec, { axes }: PrimitiveParameters['flip']) => {
  const own = stridesOf(x.shape)
  const from = {
    offset: axes.reduce((offset, axis) => offset + (x.shape[axis]! - 1) * own[axis]!, 0),
    strides: own.map((step, axis) => (axes.includes(axis) ? -step : step)),
  }
  return copy(x, x.shape, from, whole(x.shape), 0)
}

/** For each operand of a concatenation the copy to its part of the result. */
export const concatCopies = (
  operands: readonly TensorSpec[],
  { axis }: PrimitiveParameters['concat'],
  result: TensorSpec,
) => {
  const { strides } = whole(result.shape)
  let before = 0
  return operands.map((x) => {
    const to = { offset: before * strides[axis]!, strides }
    before += x.shape[axis]!
    return copy(x, x.shape, whole(x.shape), to, 0)
  })
}
