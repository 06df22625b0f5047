import { type AnyTensor, bind, type Primitive } from '@vae/tensor'
import { interpret } from './interpret.ts'
import { bindApplication, bindStructured, run } from './replay.ts'
import { type JvpContext, type JvpRule, jvpRules, type Tangent } from './rules/jvp.ts'
import { removeDeadCode } from './simplify.ts'
import { isStructured, structuredDefinition } from './structured/table.ts'
import type { Application, StructuredApplication, Tape } from './tape.ts'
import { inputSpecs, transform } from './transform.ts'

/** A value with its tangent. */
interface Dual {
  readonly primal: AnyTensor
  readonly tangent: Tangent
}

const rules = jvpRules as { readonly [P in Primitive]: JvpRule<Primitive> }

const applyStructuredDual = (
  { primitive, parameters }: StructuredApplication,
  operands: readonly Dual[],
): readonly Dual[] => {
  const { results, tangents } = structuredDefinition(primitive).jvp({
    operands: operands.map(({ primal }) => primal),
    tangents: operands.map(({ tangent }) => tangent),
    parameters,
    run,
    apply: bindStructured,
    jvpTape,
  })
  return results.map((primal, index) => ({
    primal,
    tangent: primal.dtype === 'f32' ? (tangents[index] as Tangent) : null,
  }))
}

const applyDual = (application: Application, operands: readonly Dual[]): readonly Dual[] => {
  const primals = operands.map(({ primal }) => primal)
  const tangents = operands.map(({ tangent }) => tangent)
  const constant = tangents.every((tangent) => tangent === null)
  if (!constant && isStructured(application)) return applyStructuredDual(application, operands)
  const results = bindApplication(application, primals)
  const [result] = results
  if (constant || isStructured(application) || result!.dtype !== 'f32')
    return results.map((primal) => ({ primal, tangent: null }))
  // A rule sees its operands as tensors of unknown shape, as many as its primitive takes.
  const context: object = { operands: primals, tangents, result, parameters: application.parameters }
  return [{ primal: result!, tangent: rules[application.primitive](context as JvpContext<Primitive>) }]
}

/**
 * Forward mode as a function from tape to tape. The inputs of the result are those of `tape`, then one
 * tangent for each input listed in `wrt` (indices into `tape.inputs`); its outputs are those of `tape`, then
 * the tangent of each (zeros for those that are not floats or do not depend on `wrt`).
 *
 * ```ts
 * const [value, tangent] = evaluate(jvpTape(tape, [0]), [tensor([3], [1, 2, 3]), tensor([3], [1, 0, 0])])
 * tangent?.data // → [2]
 * ```
 */
export const jvpTape = (tape: Tape, wrt: readonly number[]): Tape => {
  const inputs = inputSpecs(tape)
  const tangents = wrt.map((index) => ({ ...inputs[index]!, name: `tangent.${inputs[index]!.name}` }))
  const differentiated = transform([...inputs, ...tangents], (all) => {
    const duals = inputs.map((_, index): Dual => {
      const position = wrt.indexOf(index)
      const tangent = position < 0 ? null : (all[inputs.length + position] as Tangent)
      return { primal: all[index]!, tangent }
    })
    const values = interpret<Dual>(tape, duals, (primal) => ({ primal, tangent: null }), applyDual)
    const outputs = tape.outputs.map((id) => values[id]!)
    return [
      ...outputs.map(({ primal }) => primal),
      ...outputs.map(
        ({ primal, tangent }) => tangent ?? bind('fill', [], { value: 0, shape: primal.shape, dtype: 'f32' }),
      ),
    ]
  })
  return removeDeadCode(differentiated)
}
