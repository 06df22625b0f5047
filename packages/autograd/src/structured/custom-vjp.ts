import { type AnyTensor, bind, showShape, type TensorSpec } from '@vae/tensor'
import type { StructuredParameters, Tape } from '../tape.ts'
import { inputSpecs, transform } from '../transform.ts'
import { positions, type StructuredDefinition, scatter, signatureOf } from './definition.ts'

const zeros = ({ shape, dtype }: TensorSpec): AnyTensor => bind('fill', [], { value: 0, shape, dtype })

const floats = (specs: readonly TensorSpec[]): number[] =>
  positions(specs.map(({ dtype }) => dtype === 'f32'))

const reads = (tape: Tape, input: number): boolean => {
  const { id } = tape.inputs[input]!
  return tape.outputs.includes(id) || tape.applications.some(({ operands }) => operands.includes(id))
}

/** What a function captures has no cotangent from `backward`: silence would be a wrong gradient. */
const refuseCaptured = (
  active: readonly boolean[],
  { forward, count }: StructuredParameters['customVjp'],
): void => {
  const captured = active.findIndex((flag, index) => flag && index >= count && reads(forward, index))
  if (captured < 0) return
  const { id, name } = forward.inputs[captured]!
  throw new Error(
    `customVjp: the function reads ${name} ${showShape(forward.values[id]!.shape)} from outside, which is ` +
      'differentiated, but backward gives cotangents of the arguments only: pass it as an argument',
  )
}

/** A function with a derivative of its own, given as the tapes of its two passes. */
export const customVjp: StructuredDefinition<'customVjp'> = {
  signature: ({ body }) => signatureOf(body),
  evaluate: ({ operands, parameters: { body }, run }) => run(body, operands),
  inline: ({ operands, parameters: { body }, run }) => run(body, operands),

  vjp: ({ operands, active, parameters, run }) => {
    refuseCaptured(active, parameters)
    const { body, forward, backward, count } = parameters
    const given = run(forward, operands)
    const residuals = given.slice(body.outputs.length)
    return {
      results: given.slice(0, body.outputs.length),
      pullback: (cotangents) => {
        const seeds = body.outputs.map((id, index) => cotangents[index] ?? zeros(body.values[id]!))
        const found = run(backward, [...residuals, ...seeds, ...operands.slice(count)])
        return scatter(found, floats(operands.slice(0, count)), operands.length)
      },
    }
  },

  jvp: () => {
    throw new Error(
      'jvp: a function made by customVjp has a derivative in reverse mode only: use vjp, grad or jacobianReverse, ' +
        'or take the forward derivative of its gradient',
    )
  },

  batch: ({ operands, batched, size, parameters, run, apply, batchTape }) => {
    const { body, forward, backward, count } = parameters
    const which = positions(batched)
    const captured = batched.slice(count)
    const own = backward.inputs.length - captured.length
    const varying = backward.inputs.flatMap((_, index) =>
      index < own || captured[index - own] ? [index] : [],
    )
    const differentiable = floats(operands.slice(0, count))
    const each = batchTape(backward, varying, size)
    // An argument that all examples share gets the sum of their cotangents.
    const summed = transform(inputSpecs(each), (inputs) =>
      run(each, inputs).map((cotangent, index) =>
        batched[differentiable[index]!] ? cotangent : bind('sum', [cotangent], { axes: [0] }),
      ),
    )
    return apply('customVjp', operands, {
      body: batchTape(body, which, size),
      forward: batchTape(forward, which, size),
      backward: summed,
      count,
    })
  },
}
