import type { Donation, Tape } from '@vae/autograd'
import { sameShape, showShape, type TensorSpec } from '@vae/tensor'

const show = ({ dtype, shape }: TensorSpec): string => `${dtype} ${showShape(shape)}`

/** Throws a sentence if a donation pairs what does not fit, or if one storage would be given twice. */
export const checkDonations = (tape: Tape, donations: readonly Donation[]): void => {
  const inputs = new Set<number>()
  const outputs = new Set<number>()
  for (const { input, output } of donations) {
    const from = tape.inputs[input]
    const to = tape.outputs[output]
    if (from === undefined || to === undefined)
      throw new RangeError(
        `donation: input ${input} to output ${output}, but the program has ${tape.inputs.length} inputs and ` +
          `${tape.outputs.length} outputs`,
      )
    const [given, taken] = [tape.values[from.id]!, tape.values[to]!]
    if (given.dtype !== taken.dtype || !sameShape(given.shape, taken.shape))
      throw new TypeError(
        `donation: input "${from.name}" is ${show(given)}, output ${output} is ${show(taken)}: ` +
          'only an output of the same shape and dtype can take over its storage',
      )
    if (inputs.has(input)) throw new RangeError(`donation: input "${from.name}" is donated twice`)
    if (outputs.has(output)) throw new RangeError(`donation: output ${output} takes over two inputs`)
    inputs.add(input)
    outputs.add(output)
  }
}
