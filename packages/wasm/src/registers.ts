import type { ValueId } from '@vae/autograd'
import type { Expression } from './expression.ts'
import { type Fused, operandStrides } from './fusion.ts'
import type { LoopInstruction } from './step.ts'
import type { View } from './view.ts'

/** The work of a loop in registers: first one for each reading, then the instructions in order. */
export interface Registers {
  readonly instructions: readonly LoopInstruction[]
  /** Where the result of each node is. */
  readonly registerOf: ReadonlyMap<ValueId, number>
}

/** Writes a fused group in registers; each value and each equal subexpression is computed once. */
export const registersOf = ({ nodes, readings, space }: Fused): Registers => {
  const instructions: LoopInstruction[] = []
  const keyOf = (value: ValueId, strides: readonly number[]): string => `${value} ${strides.join()}`
  const known = new Map<string, number>(readings.map(({ value, strides }, i) => [keyOf(value, strides), i]))
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
  const isZero = (register: number): boolean => register === known.get(JSON.stringify({ bits: 0 }))
  /** Where one side of a choice is 0, one instruction does what otherwise takes three. */
  const choose = ([whenTrue, whenFalse, mask]: readonly number[]): number => {
    if (isZero(whenTrue!)) return emit({ operation: 'v128.andnot', of: [whenFalse!, mask!] })
    if (isZero(whenFalse!)) return emit({ operation: 'v128.and', of: [whenTrue!, mask!] })
    return emit({ operation: 'v128.bitselect', of: [whenTrue!, whenFalse!, mask!] })
  }
  for (const node of nodes) {
    const read = (view: View): number =>
      'bits' in view
        ? emit({ bits: view.bits })
        : (registerOf.get(view.value) ?? known.get(keyOf(view.value, operandStrides(node, view, space)))!)
    const evaluate = (expression: Expression): number => {
      if ('operand' in expression) return read(node.operands[expression.operand]!)
      if ('bits' in expression) return emit({ bits: expression.bits })
      const of = expression.of.map(evaluate)
      return expression.operation === 'v128.bitselect'
        ? choose(of)
        : emit({ operation: expression.operation, of })
    }
    const register =
      node.kind === 'reduce'
        ? emit({ reduction: node.reduction, of: read(node.operands[0]) })
        : evaluate(node.expression)
    registerOf.set(node.result, register)
  }
  return { instructions, registerOf }
}
