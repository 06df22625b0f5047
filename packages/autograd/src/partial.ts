import { removeDeadCode } from './simplify.ts'
import type { Application, Tape, ValueId } from './tape.ts'

/** A tape in two parts, one after the other. */
export interface Parts {
  /** From the known inputs to the first outputs, then the residuals. */
  readonly known: Tape
  /** From the unknown inputs, then the shared ones, then the residuals, to the other outputs. */
  readonly rest: Tape
}

/**
 * Partial evaluation: divides a tape into what follows from its known inputs and what waits for the inputs listed in
 * `unknown`. The first `count` outputs must follow from the known inputs. What depends on the inputs listed in `shared`
 * alone, or on none, is computed in both parts rather than handed over.
 *
 * ```ts
 * const { known, rest } = splitTape(vjpTape(tape, [0]), [1], 1)
 * const [value, ...residuals] = evaluate(known, [tensor([3], [1, 2, 3])])
 * const [gradient] = evaluate(rest, [tensor([], [10]), ...residuals])
 * gradient?.data // → [20, 40, 60]
 * ```
 */
export const splitTape = (
  tape: Tape,
  unknown: readonly number[],
  count: number,
  shared: readonly number[] = [],
): Parts => {
  const waiting = new Set<ValueId>(unknown.map((index) => tape.inputs[index]!.id))
  const free = new Set<ValueId>([
    ...tape.constants.map(({ id }) => id),
    ...shared.map((index) => tape.inputs[index]!.id),
  ])
  const [late, both] = [new Set<Application>(), new Set<Application>()]
  for (const application of tape.applications) {
    const { operands, results } = application
    if (operands.some((id) => waiting.has(id))) {
      late.add(application)
      for (const id of results) waiting.add(id)
    } else if (operands.every((id) => free.has(id))) {
      both.add(application)
      for (const id of results) free.add(id)
    }
  }
  const rest = removeDeadCode({
    ...tape,
    applications: tape.applications.filter((application) => both.has(application) || late.has(application)),
    outputs: tape.outputs.slice(count),
  })
  const read = new Set([...rest.applications.flatMap(({ operands }) => operands), ...rest.outputs])
  const residuals = [...read].filter((id) => !waiting.has(id) && !free.has(id))
  return {
    known: removeDeadCode({
      ...tape,
      inputs: tape.inputs.filter((_, index) => !unknown.includes(index)),
      applications: tape.applications.filter((application) => !late.has(application)),
      outputs: [...tape.outputs.slice(0, count), ...residuals],
    }),
    rest: {
      ...rest,
      inputs: [
        ...[...unknown, ...shared].map((index) => tape.inputs[index]!),
        ...residuals.map((id, index) => ({ id, name: `residual${index}` })),
      ],
    },
  }
}
