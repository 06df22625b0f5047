import {
  type AnyTensor,
  type Block,
  evaluatePrimitive,
  type Precision,
  type Primitive,
  type PrimitiveParameters,
} from '@vae/tensor'
import { isStructured, structuredDefinition } from './structured/table.ts'
import type { Application, Tape } from './tape.ts'

/**
 * Runs through a tape, computing the results of each application with `apply`; returns every value by id. An
 * interpreter of tapes is this function with another notion of value: tensors, float64 blocks, batched tensors, …
 * Throws a `RangeError` unless there is one input for each of the tape.
 *
 * ```ts
 * // how deep the computation of each value is
 * interpret(tape, [0], () => 0, (_, operands) => [1 + Math.max(...operands)]) // → [0, 1, 2]
 * ```
 */
export const interpret = <V>(
  tape: Tape,
  inputs: readonly V[],
  constant: (tensor: AnyTensor) => V,
  apply: (application: Application, operands: readonly V[]) => readonly V[],
): V[] => {
  if (inputs.length !== tape.inputs.length)
    throw new RangeError(`the tape has ${tape.inputs.length} inputs, got ${inputs.length}`)
  const values = new Array<V>(tape.values.length)
  tape.inputs.forEach(({ id }, index) => {
    values[id] = inputs[index]!
  })
  for (const { id, tensor } of tape.constants) values[id] = constant(tensor)
  for (const application of tape.applications) {
    const operands = application.operands.map((id) => values[id]!)
    const results = apply(application, operands)
    application.results.forEach((id, index) => {
      values[id] = results[index]!
    })
  }
  return values
}

/**
 * Runs a tape on the reference evaluator and returns its outputs. With precision `f64` every float is held in
 * float64, which is what gradient checks use.
 *
 * ```ts
 * const [output] = evaluate(tape, [tensor([3], [1, 2, 3])], 'f64')
 * output?.data // → [14]
 * ```
 */
export const evaluate = (
  tape: Tape,
  inputs: readonly Block[],
  precision: Precision = 'f32',
): readonly Block[] => {
  const values = interpret<Block>(
    tape,
    inputs,
    (tensor) => tensor,
    (application, operands) =>
      isStructured(application)
        ? structuredDefinition(application.primitive).evaluate({
            operands,
            parameters: application.parameters,
            precision,
            run: (body, bodyInputs) => evaluate(body, bodyInputs, precision),
          })
        : [
            evaluatePrimitive(
              application.primitive as Primitive,
              operands,
              application.parameters as PrimitiveParameters[Primitive],
              precision,
            ),
          ],
  )
  return tape.outputs.map((id) => values[id]!)
}
