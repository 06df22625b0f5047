import { type AnyTensor, bind, type Primitive } from '@vae/tensor'
import { bindApplication, interpret } from './interpret.ts'
import { type JvpContext, type JvpRule, jvpRules, type Tangent } from './rules/jvp.ts'
import { removeDeadCode } from './simplify.ts'
import type { Application, Tape } from './tape.ts'
import { inputSpecs, transform } from './transform.ts'

/** A value with its tangent. */
interface Dual {
  readonly primal: AnyTensor
  readonly tangent: Tangent
}

const rules = jvpRules as { readonly [P in Primitive]: JvpRule<Primitive> }

const applyDual = (application: Application, operands: readonly Dual[]): Dual => {
  const primals = operands.map(({ primal }) => primal)
  const result = bindApplication(application, primals)
  const tangents = operands.map(({ tangent }) => tangent)
  if (result.dtype !== 'f32' || tangents.every((tangent) => tangent === null))
    return { primal: result, tangent: null }
  // A rule sees its operands as tensors of unknown shape, as many as its primitive takes.
  const context: object = { operands: primals, tangents, result, parameters: application.parameters }
  return { primal: result, tangent: rules[application.primitive](context as JvpContext<Primitive>) }
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
