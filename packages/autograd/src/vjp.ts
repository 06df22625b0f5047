import { type AnyTensor, bind, type Primitive } from '@vae/tensor'
import { replay } from './interpret.ts'
import { type T, type VjpContext, type VjpRule, vjpRules } from './rules/vjp.ts'
import { removeDeadCode } from './simplify.ts'
import type { Application, Tape, ValueId } from './tape.ts'
import { inputSpecs, transform } from './transform.ts'

/** The values that a derivative with respect to the given inputs flows through: floats that depend on them. */
export const activeValues = (tape: Tape, wrt: readonly number[]): ReadonlySet<ValueId> => {
  const isFloat = (id: ValueId): boolean => tape.values[id]!.dtype === 'f32'
  const active = new Set<ValueId>(wrt.map((index) => tape.inputs[index]!.id).filter(isFloat))
  for (const { operands, results } of tape.applications)
    if (operands.some((id) => active.has(id))) for (const id of results) if (isFloat(id)) active.add(id)
  return active
}

const rules = vjpRules as { readonly [P in Primitive]: VjpRule<Primitive> }

const zerosLike = ({ shape, dtype }: AnyTensor): AnyTensor => bind('fill', [], { value: 0, shape, dtype })

/** Walks the tape backwards from the cotangents of its outputs; returns the cotangent of each active value. */
const backward = (
  tape: Tape,
  values: readonly AnyTensor[],
  active: ReadonlySet<ValueId>,
  seeds: readonly (readonly [ValueId, AnyTensor])[],
): Map<ValueId, AnyTensor> => {
  const cotangents = new Map<ValueId, AnyTensor>()
  const accumulate = (id: ValueId, cotangent: AnyTensor): void => {
    const known = cotangents.get(id)
    cotangents.set(id, known === undefined ? cotangent : bind('add', [known, cotangent], {}))
  }
  for (const [id, seed] of seeds) if (active.has(id)) accumulate(id, seed)
  const visit = ({ primitive, parameters, operands, results }: Application): void => {
    const cotangent = cotangents.get(results[0]!)
    if (cotangent === undefined || !operands.some((id) => active.has(id))) return
    // A rule sees its operands as tensors of unknown shape, as many as its primitive takes.
    const context: object = {
      cotangent,
      operands: operands.map((id) => values[id]!),
      result: values[results[0]!]!,
      parameters,
    }
    const gradients = rules[primitive](context as VjpContext<Primitive>)
    operands.forEach((id, index) => {
      const gradient: T | null = gradients[index] ?? null
      if (gradient !== null && active.has(id)) accumulate(id, gradient)
    })
  }
  for (const application of [...tape.applications].reverse()) visit(application)
  return cotangents
}

/**
 * Reverse mode as a function from tape to tape. The inputs of the result are those of `tape`, then one
 * cotangent for each output listed in `seeded` (indices into `tape.outputs`; all of them if it is left out);
 * its outputs are those of `tape`, then the gradient for each input listed in `wrt` (indices into
 * `tape.inputs`).
 *
 * ```ts
 * const [value, gradient] = evaluate(vjpTape(tape, [0]), [tensor([3], [1, 2, 3]), tensor([], [1])])
 * gradient?.data // → [2, 4, 6]
 * ```
 */
export const vjpTape = (
  tape: Tape,
  wrt: readonly number[],
  seeded: readonly number[] = tape.outputs.map((_, index) => index),
): Tape => {
  const active = activeValues(tape, wrt)
  const seededIds = seeded.map((index) => tape.outputs[index]!)
  const differentiated = transform(
    [
      ...inputSpecs(tape),
      ...seededIds.map((id, index) => ({ ...tape.values[id]!, name: `cotangent${index}` })),
    ],
    (all) => {
      const inputs = all.slice(0, tape.inputs.length)
      const values = replay(tape, inputs)
      const seeds = seededIds.map((id, index) => [id, all[inputs.length + index]!] as const)
      const cotangents = backward(tape, values, active, seeds)
      const gradients = wrt.map(
        (index) => cotangents.get(tape.inputs[index]!.id) ?? zerosLike(inputs[index]!),
      )
      return [...tape.outputs.map((id) => values[id]!), ...gradients]
    },
  )
  return removeDeadCode(differentiated)
}
