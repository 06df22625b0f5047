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

  vjp: ({ operands, active, parameters, run, apply, gradientTape }) => ({
    results: apply('checkpoint', operands, parameters),
    // The terms of a gradient are added up in the order in which they would be without a checkpoint.
    accumulates: true,
    pullback: (cotangents, known) => {
      const { body } = parameters
      const [wrt, seeded] = [positions(active), positions(cotangents)]
      const onto = wrt.filter((index) => known[index] !== null)
      const seeds = seeded.map((index) => cotangents[index]!)
      const again = operands.map((operand) => bind('barrier', [operand, ...seeds], {}))
      const { tape, reached } = gradientTape(body, wrt, seeded, onto)
      const gradients = removeDeadCode({
        ...tape,
        outputs: tape.outputs.slice(body.outputs.length).filter((_, index) => reached[index]),
      })
      const found = run(gradients, [...again, ...seeds, ...onto.map((index) => known[index]!)])
      return scatter(
        found,
        wrt.filter((_, index) => reached[index]),
        operands.length,
      )
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
