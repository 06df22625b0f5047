import { type AnyTensor, bind } from '@vae/tensor'
import { removeDeadCode } from '../simplify.ts'
import type { StructuredParameters, Tape } from '../tape.ts'
import { positions, type StructuredDefinition, scatter, signatureOf } from './definition.ts'

/** Both branches, changed in the same way. */
const branches = (
  { whenTrue, whenFalse }: StructuredParameters['cond'],
  change: (tape: Tape) => Tape,
): StructuredParameters['cond'] => ({ whenTrue: change(whenTrue), whenFalse: change(whenFalse) })

/** A choice for each example of a batch: the predicate has shape [size]. */
const choose = (predicate: AnyTensor, yes: AnyTensor, no: AnyTensor): AnyTensor => {
  const aligned = yes.shape.map((dim, axis) => (axis === 0 ? dim : 1))
  const mask = bind('reshape', [predicate], { shape: aligned })
  return bind('select', [bind('broadcastTo', [mask], { shape: yes.shape }), yes, no], {})
}

/** One of two tapes. The backward pass runs the branch again that was taken. */
export const cond: StructuredDefinition<'cond'> = {
  signature: ({ whenTrue }) => {
    const { operands, results } = signatureOf(whenTrue)
    return { operands: [{ shape: [], dtype: 'bool' }, ...operands], results }
  },

  evaluate: ({ operands: [predicate, ...inputs], parameters: { whenTrue, whenFalse }, run }) =>
    run(predicate!.data[0] === 0 ? whenFalse : whenTrue, inputs),

  inline: ({ operands, parameters, apply, inlineStructured }) =>
    apply('cond', operands, branches(parameters, inlineStructured)),

  vjp: ({ operands, active, parameters, apply, vjpTape }) => ({
    results: apply('cond', operands, parameters),
    pullback: (cotangents) => {
      const [wrt, seeded] = [positions(active.slice(1)), positions(cotangents)]
      const count = parameters.whenTrue.outputs.length
      const gradients = branches(parameters, (branch) => {
        const gradient = vjpTape(branch, wrt, seeded)
        return removeDeadCode({ ...gradient, outputs: gradient.outputs.slice(count) })
      })
      const found = apply('cond', [...operands, ...seeded.map((index) => cotangents[index]!)], gradients)
      return scatter(
        found,
        wrt.map((index) => index + 1),
        operands.length,
      )
    },
  }),

  jvp: ({ operands, tangents, parameters, apply, jvpTape }) => {
    const wrt = positions(tangents.slice(1))
    const count = parameters.whenTrue.outputs.length
    const both = apply(
      'cond',
      [...operands, ...wrt.map((index) => tangents[index + 1]!)],
      branches(parameters, (branch) => jvpTape(branch, wrt)),
    )
    return { results: both.slice(0, count), tangents: both.slice(count) }
  },

  batch: ({ operands, batched: [chosen, ...batched], size, parameters, run, apply, batchTape }) => {
    const which = positions(batched)
    const { whenTrue, whenFalse } = branches(parameters, (branch) => batchTape(branch, which, size))
    if (!chosen) return apply('cond', operands, { whenTrue, whenFalse })
    const [predicate, ...inputs] = operands
    const no = run(whenFalse, inputs)
    return run(whenTrue, inputs).map((yes, index) => choose(predicate!, yes, no[index]!))
  },
}
