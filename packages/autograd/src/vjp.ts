import { type AnyTensor, bind, type Primitive } from '@vae/tensor'
import { activeValues } from './active.ts'
import { interpret } from './interpret.ts'
import { bindApplication, bindStructured, run } from './replay.ts'
import { type T, type VjpContext, type VjpRule, vjpRules } from './rules/vjp.ts'
import { removeDeadCode } from './simplify.ts'
import type { Gradients, Pullback, Pulled } from './structured/definition.ts'
import { isStructured, structuredDefinition } from './structured/table.ts'
import type { Application, PrimitiveApplication, Tape, ValueId } from './tape.ts'
import { inputSpecs, transform } from './transform.ts'

const rules = vjpRules as { readonly [P in Primitive]: VjpRule<Primitive> }

const zerosLike = ({ shape, dtype }: AnyTensor): AnyTensor => bind('fill', [], { value: 0, shape, dtype })

/** What pulls cotangents back through an application. */
type Pull = Pick<Pulled, 'pullback' | 'accumulates'>

/** The values of a tape by id, and what pulls cotangents back through each application that is differentiated. */
interface Forward {
  readonly values: readonly AnyTensor[]
  readonly pulls: ReadonlyMap<Application, Pull>
}

const pullbackOf =
  (
    { primitive, parameters }: PrimitiveApplication,
    operands: readonly AnyTensor[],
    result: AnyTensor,
  ): Pullback =>
  ([cotangent]) => {
    // A rule sees its operands as tensors of unknown shape, as many as its primitive takes.
    const context: object = { cotangent, operands, result, parameters }
    const gradients: readonly (T | null)[] = rules[primitive](context as VjpContext<Primitive>)
    return operands.map((_, index) => gradients[index] ?? null)
  }

const forward = (tape: Tape, inputs: readonly AnyTensor[], active: ReadonlySet<ValueId>): Forward => {
  const pulls = new Map<Application, Pull>()
  const apply = (application: Application, operands: readonly AnyTensor[]): readonly AnyTensor[] => {
    const flags = application.operands.map((id) => active.has(id))
    if (!flags.includes(true)) return bindApplication(application, operands)
    if (isStructured(application)) {
      const { primitive, parameters } = application
      const context = {
        operands,
        parameters,
        active: flags,
        run,
        apply: bindStructured,
        vjpTape,
        gradientTape,
      }
      const pulled = structuredDefinition(primitive).vjp(context)
      pulls.set(application, pulled)
      return pulled.results
    }
    const results = bindApplication(application, operands)
    pulls.set(application, { pullback: pullbackOf(application, operands, results[0]!) })
    return results
  }
  return { values: interpret<AnyTensor>(tape, inputs, (tensor) => tensor, apply), pulls }
}

/** Walks the tape backwards from the cotangents of its outputs; returns the cotangent of each active value. */
const backward = (
  tape: Tape,
  pulls: Forward['pulls'],
  active: ReadonlySet<ValueId>,
  seeds: readonly (readonly [ValueId, AnyTensor])[],
): Map<ValueId, AnyTensor> => {
  const cotangents = new Map<ValueId, AnyTensor>()
  const accumulate = (id: ValueId, cotangent: AnyTensor): void => {
    const known = cotangents.get(id)
    cotangents.set(id, known === undefined ? cotangent : bind('add', [known, cotangent], {}))
  }
  for (const [id, seed] of seeds) if (active.has(id)) accumulate(id, seed)
  const visit = (application: Application): void => {
    const given = application.results.map((id) => cotangents.get(id) ?? null)
    const pull = pulls.get(application)
    if (pull === undefined || given.every((cotangent) => cotangent === null)) return
    const { operands } = application
    const known = operands.map((id, index) =>
      operands.indexOf(id) === index ? (cotangents.get(id) ?? null) : null,
    )
    const gradients = pull.pullback(given, known)
    operands.forEach((id, index) => {
      const gradient = gradients[index] ?? null
      if (gradient === null || !active.has(id)) return
      if (pull.accumulates && known[index] !== null) cotangents.set(id, gradient)
      else accumulate(id, gradient)
    })
  }
  for (const application of [...tape.applications].reverse()) visit(application)
  return cotangents
}

/**
 * Reverse mode as `vjpTape` gives it. The gradients of the inputs listed in `onto` are added to cotangents that are
 * given: the last inputs.
 */
const gradientTape = (
  tape: Tape,
  wrt: readonly number[],
  seeded: readonly number[],
  onto: readonly number[],
): Gradients => {
  const active = activeValues(tape, wrt)
  const ids = [...onto.map((index) => tape.inputs[index]!.id), ...seeded.map((index) => tape.outputs[index]!)]
  const named = (id: ValueId, name: string) => ({ ...tape.values[id]!, name })
  let reached: readonly boolean[] = []
  const differentiated = transform(
    [
      ...inputSpecs(tape),
      ...ids.slice(onto.length).map((id, index) => named(id, `cotangent${index}`)),
      ...ids.slice(0, onto.length).map((id, index) => named(id, `known${index}`)),
    ],
    (all) => {
      const inputs = all.slice(0, tape.inputs.length)
      const { values, pulls } = forward(tape, inputs, active)
      const given = all.slice(inputs.length)
      const seeds = [...given.slice(seeded.length), ...given.slice(0, seeded.length)]
      const cotangents = backward(
        tape,
        pulls,
        active,
        ids.map((id, index) => [id, seeds[index]!] as const),
      )
      const gradients = wrt.map((index) => cotangents.get(tape.inputs[index]!.id))
      reached = gradients.map((gradient) => gradient !== undefined)
      return [
        ...tape.outputs.map((id) => values[id]!),
        ...gradients.map((gradient, index) => gradient ?? zerosLike(inputs[wrt[index]!]!)),
      ]
    },
  )
  return { tape: removeDeadCode(differentiated), reached }
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
): Tape => gradientTape(tape, wrt, seeded, []).tape
