import type { ValueId } from '@vae/autograd'
import type { DType } from '@vae/tensor'
import type { Expression } from './expression.ts'
import type { Fused } from './fusion.ts'
import type { LoopInstruction, LoopStep } from './step.ts'
import type { View } from './view.ts'

/** Writes a fused group in registers; each value and each equal subexpression is computed once. */
export const loopOf = <Place>(
  group: Fused,
  dtypeOf: (value: ValueId) => DType,
  placeOf: (value: ValueId) => Place,
  stored: (value: ValueId) => boolean,
): LoopStep<Place> => {
  const { readings } = group
  const instructions: LoopInstruction[] = []
  const known = new Map<string, number>(readings.map(({ value, access }, i) => [`${value} ${access}`, i]))
  const registerOf = new Map<ValueId, number>()

  const emit = (instruction: LoopInstruction): number => {
    const key = JSON.stringify(instruction)
    const found = known.get(key)
    if (found !== undefined) return found
    instructions.push(instruction)
    const register = readings.length + instructions.length - 1
    known.set(key, register)
    return register
  }
  const read = (view: View): number =>
    'bits' in view
      ? emit({ bits: view.bits })
      : ((view.access === 'all' ? registerOf.get(view.value) : undefined) ??
        known.get(`${view.value} ${view.access}`)!)
  const evaluate = (expression: Expression, operands: readonly View[]): number => {
    if ('operand' in expression) return read(operands[expression.operand]!)
    if ('bits' in expression) return emit({ bits: expression.bits })
    return emit({
      operation: expression.operation,
      of: expression.of.map((part) => evaluate(part, operands)),
    })
  }

  for (const node of group.nodes) registerOf.set(node.result, evaluate(node.expression, node.operands))
  return {
    kind: 'loop',
    elements: group.elements,
    columns: group.columns,
    reads: readings.map(({ value, access }) => ({ place: placeOf(value), dtype: dtypeOf(value), access })),
    instructions,
    writes: group.nodes
      .filter(({ result }) => stored(result))
      .map(({ result }) => ({
        place: placeOf(result),
        dtype: dtypeOf(result),
        register: registerOf.get(result)!,
      })),
  }
}
