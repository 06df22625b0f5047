import { evaluate } from '../interpret.ts'
import { jvpTape } from '../jvp.ts'
import type { Tape } from '../tape.ts'
import { vjpTape } from '../vjp.ts'
import { type Checked, recorded } from './checked.ts'
import { showArguments } from './code.ts'
import { explained, type Inputs } from './failure.ts'
import { dotAll, floatInputs, floatOutputs, probe, widen } from './wide.ts'

/** See `checkVjpJvp`. Throws an error with both numbers. */
const compareProducts = (tape: Tape, inputs: Inputs): void => {
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
      `the jvp rules give ⟨c, J v⟩ = ${forward.value}, the vjp rules ⟨Jᵀ c, v⟩ = ${backward.value}`,
    )
}

/**
 * The dot-product test: ⟨c, J v⟩ = ⟨Jᵀ c, v⟩ for a cotangent c and a tangent v, in float64. The left side comes from the
 * jvp rules and the right side from the vjp rules, which know nothing of each other.
 *
 * ```ts
 * checkVjpJvp((x: Tensor<[3]>) => exp(sin(x)), [tensor([3], [1, 2, 3])])
 * ```
 *
 * Throws an error with the smallest part of the program that is wrong, as code. A tape may stand for the function, with
 * its inputs as arguments.
 */
export const checkVjpJvp = <A extends readonly unknown[]>(f: Checked<A>, args: A): void => {
  const { tape, inputs } = recorded('checkVjpJvp', f, args)
  explained(
    {
      name: 'checkVjpJvp',
      run: (part, [run]) => compareProducts(part, run!),
      call: (part, [run]) => `checkVjpJvp(f, ${showArguments(part, run!)})`,
    },
    tape,
    [inputs],
  )
}
