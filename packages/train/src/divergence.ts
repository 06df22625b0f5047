import {
  type Application,
  inlineStructured,
  recordFunction,
  replay,
  type Tape,
  type ValueId,
} from '@vae/autograd'
import { type AnyTensor, showShape } from '@vae/tensor'

const allFinite = ({ data }: AnyTensor): boolean => data.every((value) => Number.isFinite(value))

/** Walks from a value that is not finite to the application that made it of finite operands. */
const originOf = (tape: Tape, values: readonly AnyTensor[], from: ValueId): Application | null => {
  const madeBy = new Map(
    tape.applications.flatMap((application) => application.results.map((id) => [id, application] as const)),
  )
  let application = madeBy.get(from) ?? null
  while (application !== null) {
    const culprit = application.operands.find((id) => !allFinite(values[id]!))
    if (culprit === undefined) return application
    application = madeBy.get(culprit) ?? null
  }
  return null
}

/**
 * Runs `f` on the reference evaluator and finds the first primitive that made infinity or NaN of finite
 * numbers on the way to an output. Returns it with its shape, or null if all outputs are finite or an
 * argument was not.
 *
 * ```ts
 * firstNonFinite((x: Tensor<[2]>) => neg(log(x)), [tensor([2], [1, 0])]) // → 'log [2]'
 * ```
 */
export const firstNonFinite = <A extends readonly unknown[], R>(
  f: (...args: A) => R,
  args: A,
): string | null => {
  const recorded = recordFunction(f, args)
  const { inputs } = recorded
  const tape = inlineStructured(recorded.tape)
  const values = replay(tape, inputs)
  const broken = tape.outputs.find((id) => !allFinite(values[id]!))
  if (broken === undefined) return null
  const origin = originOf(tape, values, broken)
  const made = origin?.results.find((id) => !allFinite(values[id]!))
  return origin === null || made === undefined
    ? null
    : `${origin.primitive} ${showShape(tape.values[made]!.shape)}`
}
