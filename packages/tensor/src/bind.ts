import type { Primitive, PrimitiveParameters } from './primitives/primitive.ts'
import { evaluateEagerly } from './primitives/table.ts'
import { type AnyTensor, RecordedTensor, type Recorder } from './tensor.ts'

/** The recorder that a primitive without operands goes to: that of the innermost running recording. */
let innermost: Recorder | null = null

/**
 * Runs `f` while primitives without operands go to `recorder`. For those who implement a recorder; see
 * `record` in `@vae/autograd`.
 */
export const recordingWith = <R>(recorder: Recorder, f: () => R): R => {
  const outer = innermost
  innermost = recorder
  try {
    return f()
  } finally {
    innermost = outer
  }
}

/**
 * The recorder of the deepest recording that an operand belongs to, if any; without operands, that of the innermost
 * running recording. For those who implement a recorder, as `recordingWith` is.
 */
export const recorderOf = (operands: readonly AnyTensor[]): Recorder | null => {
  if (operands.length === 0) return innermost
  let deepest: Recorder | null = null
  for (const operand of operands)
    if (operand instanceof RecordedTensor && (deepest === null || operand.recorder.level > deepest.level))
      deepest = operand.recorder
  return deepest
}

/**
 * The one way in which anything is computed. If an operand is being recorded, its recorder appends the
 * primitive to the tape; else the reference evaluator runs at once. User code cannot tell the difference.
 * Throws a `ShapeError` for operands that do not fit; the operations check first, by type.
 *
 * ```ts
 * bind('exp', [tensor([2], [0, 1])], {}) // → [1, 2.718]
 * ```
 */
export const bind = <P extends Primitive>(
  primitive: P,
  operands: readonly AnyTensor[],
  parameters: PrimitiveParameters[P],
): AnyTensor => {
  const recorder = recorderOf(operands)
  return recorder === null
    ? evaluateEagerly(primitive, operands, parameters)
    : recorder.apply(primitive, operands, parameters)
}
