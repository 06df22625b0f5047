import type { Block } from '@vae/tensor'
import { evaluate } from '../interpret.ts'
import { jvpTape } from '../jvp.ts'
import { show } from '../show.ts'
import type { Tape } from '../tape.ts'
import { vjpTape } from '../vjp.ts'
import { describe } from './gradients.ts'
import { dotAll, floatInputs, floatOutputs, probe, widen } from './wide.ts'

/**
 * The dot-product test: ⟨c, J v⟩ = ⟨Jᵀ c, v⟩ for a cotangent c and a tangent v. The left side comes from the
 * jvp rules and the right side from the vjp rules, which know nothing of each other. Throws an error with the
 * tape.
 *
 * ```ts
 * checkVjpJvp(tape, [tensor([3], [1, 2, 3])])
 * ```
 */
export const checkVjpJvp = (tape: Tape, inputs: readonly Block[]): void => {
  const wide = inputs.map(widen)
  const wrt = floatInputs(tape)
  const seeded = floatOutputs(tape)
  const specOf = (id: number) => tape.values[id]!.shape
  const tangents = wrt.map((index) => probe(specOf(tape.inputs[index]!.id), 100 + index))
  const cotangents = seeded.map((index) => probe(specOf(tape.outputs[index]!), index))
  const pushed = evaluate(jvpTape(tape, wrt), [...wide, ...tangents], 'f64').slice(tape.outputs.length)
  const pulled = evaluate(vjpTape(tape, wrt, seeded), [...wide, ...cotangents], 'f64').slice(
    tape.outputs.length,
  )
  const forward = dotAll(
    cotangents,
    seeded.map((index) => pushed[index]!),
  )
  const backward = dotAll(pulled, tangents)
  const tolerance = 1e-10 * (1 + forward.size + backward.size)
  // Written so that NaN fails.
  if (!(Math.abs(forward.value - backward.value) <= tolerance))
    throw new Error(
      `the jvp rules give ⟨c, J v⟩ = ${forward.value}, the vjp rules ⟨Jᵀ c, v⟩ = ${backward.value}\n` +
        `${show(tape)}\nat ${describe(tape, inputs)}`,
    )
}
