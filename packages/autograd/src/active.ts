import type { Tape, ValueId } from './tape.ts'

/** The values that a derivative with respect to the given inputs flows through: floats that depend on them. */
export const activeValues = (tape: Tape, wrt: readonly number[]): ReadonlySet<ValueId> => {
  const isFloat = (id: ValueId): boolean => tape.values[id]!.dtype === 'f32'
  const active = new Set<ValueId>(wrt.map((index) => tape.inputs[index]!.id).filter(isFloat))
  for (const { operands, results } of tape.applications)
    if (operands.some((id) => active.has(id))) for (const id of results) if (isFloat(id)) active.add(id)
  return active
}
