import { bind } from '@vae/tensor'
import { removeDeadCode } from '../simplify.ts'
import { positions, type StructuredDefinition, scatter, signatureOf } from './definition.ts'

/**
 * Rematerialisation: Griewank & Walther, "Algorithm 799: revolve" (2000); Chen et al., "Training deep nets with
 * sublinear memory cost" (2016). The backward pass reads the operands through a barrier behind the cotangents, so that
 * what it computes anew is neither shared with the forward pass nor computed early.
 */
export const checkpoint: StructuredDefinition<'checkpoint'> = {
  signature: ({ body }) => signatureOf(body),
  evaluate: ({ operands, parameters: { body }, run }) => run(body, operands),
  inline: ({ operands, parameters: { body }, run }) => run(body, operands),

  vjp: ({ operands, active, parameters, run, apply, vjpTape }) => ({
    results: apply('checkpoint', operands, parameters),
    pullback: (cotangents) => {
      const { body } = parameters
      const [wrt, seeded] = [positions(active), positions(cotangents)]
      const seeds = seeded.map((index) => cotangents[index]!)
      const again = operands.map((operand) => bind('barrier', [operand, ...seeds], {}))
      const gradient = vjpTape(body, wrt, seeded)
      const gradients = removeDeadCode({ ...gradient, outputs: gradient.outputs.slice(body.outputs.length) })
      return scatter(run(gradients, [...again, ...seeds]), wrt, operands.length)
    },
  }),

  jvp: ({ operands, tangents, parameters: { body }, apply, jvpTape }) => {
    const wrt = positions(tangents)
    const given = wrt.map((index) => tangents[index]!)
    const both = apply('checkpoint', [...operands, ...given], { body: jvpTape(body, wrt) })
    return { results: both.slice(0, body.outputs.length), tangents: both.slice(body.outputs.length) }
  },

  batch: ({ operands, batched, size, parameters: { body }, apply, batchTape }) =>
    apply('checkpoint', operands, { body: batchTape(body, positions(batched), size) }),
}
