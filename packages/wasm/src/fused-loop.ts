import type { ValueId } from '@vae/autograd'
import type { DType } from '@vae/tensor'
import type { Fused } from './fusion.ts'
import type { LoopSchedule, Writing } from './loop-schedule.ts'
import { fullStrides, keptStrides } from './space.ts'
import { type LoopStep, widthOf } from './step.ts'

/** Neighbouring dimensions become one where every tensor steps through both as through one. */
const condensed = <Place>(step: LoopStep<Place>): LoopStep<Place> => {
  const tensors = [...step.reads, ...step.writes]
  const outer = step.sizes.findIndex(
    (_, i) =>
      i + 1 < step.sizes.length &&
      step.reduced[i] === step.reduced[i + 1] &&
      tensors.every(({ strides }) => strides[i] === strides[i + 1]! * step.sizes[i + 1]!),
  )
  if (outer < 0) return step
  const without = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== outer)
  const join = <T extends { readonly strides: readonly number[] }>(tensor: T): T => ({
    ...tensor,
    strides: without(tensor.strides),
  })
  return condensed({
    ...step,
    sizes: without(step.sizes.map((size, i) => (i === outer + 1 ? size * step.sizes[outer]! : size))),
    reduced: without(step.reduced),
    reads: step.reads.map(join),
    writes: step.writes.map(join),
  })
}

/** The step of a scheduled group. */
export const loopOf = <Place>(
  group: Fused,
  { instructions, passes, writes }: LoopSchedule,
  dtypeOf: (value: ValueId) => DType,
  placeOf: (value: ValueId) => Place,
): LoopStep<Place> =>
  condensed({
    kind: 'loop',
    elements: group.elements,
    sizes: group.space.sizes,
    reduced: group.space.reduced,
    reads: group.readings.map(({ value, strides }) => ({
      place: placeOf(value),
      dtype: dtypeOf(value),
      strides,
    })),
    instructions,
    passes,
    writes: writes.map(({ value, register, strides }) => ({
      place: placeOf(value),
      dtype: dtypeOf(value),
      register,
      strides,
    })),
  })

/**
 * Whether a loop may write a result over an operand that nothing needs afterwards: each point is read before it is
 * written, in no later pass, and with the same four bytes (other widths would overtake what is unread).
 */
export const overwrites = (
  { readings, space }: Fused,
  { lastPass }: LoopSchedule,
  dtypeOf: (value: ValueId) => DType,
  { value, pass }: Writing,
  operand: ValueId,
): boolean => {
  const strides = pass === null ? keptStrides(space) : fullStrides(space)
  const sameWay = readings.every(
    (reading) => reading.value !== operand || reading.strides.every((stride, i) => stride === strides[i]),
  )
  const fourBytes = widthOf(dtypeOf(operand)) === 4 && widthOf(dtypeOf(value)) === 4
  return fourBytes && sameWay && (pass === null || lastPass(operand) <= pass)
}
