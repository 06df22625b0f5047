import { showShape, type TensorSpec } from '@vae/tensor'
import type { Tape } from './tape.ts'

const showSpec = ({ shape, dtype }: TensorSpec): string => `${dtype}${showShape(shape)}`

const showParameter = (value: unknown): string =>
  Array.isArray(value) ? showShape(value) : typeof value === 'string' ? value : String(value)

/**
 * A tape as text, one line for each input, constant, application and output:
 *
 * ```text
 * input  %0 x: f32[2, 3]
 * %1: f32[2, 3] = exp %0
 * output %1
 * ```
 */
export const show = (tape: Tape): string => {
  const spec = (id: number): string => showSpec(tape.values[id]!)
  const lines = [
    ...tape.inputs.map(({ id, name }) => `input  %${id} ${name}: ${spec(id)}`),
    ...tape.constants.map(({ id, name }) => `const  %${id} ${name}: ${spec(id)}`),
    ...tape.applications.map(({ primitive, parameters, operands, results }) => {
      const result = results.map((id) => `%${id}: ${spec(id)}`).join(', ')
      const settings = Object.entries(parameters).map(([name, value]) => `${name}=${showParameter(value)}`)
      return [`${result} = ${primitive}`, ...operands.map((id) => `%${id}`), ...settings].join(' ')
    }),
    `output ${tape.outputs.map((id) => `%${id}`).join(' ')}`,
  ]
  return lines.join('\n')
}
