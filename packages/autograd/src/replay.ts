import {
  type AnyTensor,
  bind,
  HostTensor,
  type Primitive,
  type PrimitiveParameters,
  recorderOf,
  ShapeError,
  sameShape,
  type TensorSpec,
} from '@vae/tensor'
import { evaluate, interpret } from './interpret.ts'
import { TapeRecorder } from './recorder.ts'
import { showSpec } from './show.ts'
import { isStructured, structuredDefinition } from './structured/table.ts'
import type { Application, Structured, StructuredParameters, Tape } from './tape.ts'

const check = (
  primitive: Structured,
  operands: readonly TensorSpec[],
  expected: readonly TensorSpec[],
): void => {
  if (operands.length !== expected.length)
    throw new ShapeError(`${primitive}: expected ${expected.length} operands, got ${operands.length}`)
  expected.forEach((spec, index) => {
    const operand = operands[index]!
    if (operand.dtype !== spec.dtype || !sameShape(operand.shape, spec.shape))
      throw new ShapeError(
        `${primitive}: operand ${index} must be ${showSpec(spec)}, it is ${showSpec(operand)}`,
      )
  })
}

/**
 * Applies a structured primitive as `bind` does a plain one: recorded if an operand is being recorded, else evaluated
 * at once. Throws a `ShapeError` for operands that do not fit.
 *
 * ```ts
 * bindStructured('checkpoint', [tensor([3], [1, 2, 3])], { body: tape }) // → [14]
 * ```
 */
export const bindStructured = <S extends Structured>(
  primitive: S,
  operands: readonly AnyTensor[],
  parameters: StructuredParameters[S],
): readonly AnyTensor[] => {
  const { signature, evaluate: compute } = structuredDefinition(primitive)
  const { operands: expected, results } = signature(parameters)
  check(primitive, operands, expected)
  const recorder = recorderOf(operands)
  if (recorder instanceof TapeRecorder)
    return recorder.applyStructured(primitive, operands, parameters, results)
  if (recorder !== null) throw new Error(`${primitive}: this recorder takes plain primitives only`)
  const blocks = compute({ operands, parameters, precision: 'f32', run: evaluate })
  // In precision f32 the evaluator allocates the typed array of the dtype.
  return blocks.map(({ shape, dtype, data }) => new HostTensor(shape, dtype, data as AnyTensor['data']))
}

/** One application by `bind`: computed at once, or recorded if an operand is being recorded. */
export const bindApplication = (
  application: Application,
  operands: readonly AnyTensor[],
): readonly AnyTensor[] =>
  isStructured(application)
    ? bindStructured(application.primitive, operands, application.parameters)
    : [
        bind(
          application.primitive as Primitive,
          operands,
          application.parameters as PrimitiveParameters[Primitive],
        ),
      ]

/**
 * All values of a tape, by id, computed by `bind`: inside a recording this copies the tape into it.
 *
 * ```ts
 * replay(tape, [tensor([3], [1, 2, 3])]) // → [[1, 2, 3], [1, 4, 9], 14]
 * ```
 */
export const replay = (tape: Tape, inputs: readonly AnyTensor[]): AnyTensor[] =>
  interpret<AnyTensor>(tape, inputs, (tensor) => tensor, bindApplication)

/**
 * The outputs of a tape, computed by `bind`.
 *
 * ```ts
 * run(tape, [tensor([3], [1, 2, 3])]) // → [14]
 * ```
 */
export const run = (tape: Tape, inputs: readonly AnyTensor[]): AnyTensor[] => {
  const values = replay(tape, inputs)
  return tape.outputs.map((id) => values[id]!)
}
