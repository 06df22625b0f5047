import { showShape, type TensorSpec } from '@vae/tensor'
import type { Tape } from './tape.ts'

/** Dtype and shape: `f32[2, 3]`. */
export const showSpec = ({ shape, dtype }: TensorSpec): string => `${dtype}${showShape(shape)}`

const showParameter = (value: unknown): string =>
  Array.isArray(value) ? showShape(value) : typeof value === 'string' ? value : String(value)

const isTape = (value: unknown): value is Tape =>
  typeof value === 'object' && value !== null && 'applications' in value

/** Static parameters as words: `axes=[0]`. Those that are tapes do not fit into a line. */
export const showParameters = (parameters: object): string[] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    isTape(value) ? [] : [`${name}=${showParameter(value)}`],
  )

/**
 * A tape as text: one line for each input, constant and application, and one for the outputs. The
 * tapes of a structured primitive follow it, indented.
 *
 * ```ts
 * show(tape)
 * // → input  %0 0: f32[3]
 * //   %1: f32[3] = mul %0 %0
 * //   %2: f32[] = sum %1 axes=[0]
 * //   output %2
 * ```
 */
export const show = (tape: Tape): string => {
  const spec = (id: number): string => showSpec(tape.values[id]!)
  const lines = [
    ...tape.inputs.map(({ id, name }) => `input  %${id} ${name}: ${spec(id)}`),
    ...tape.constants.map(({ id, name }) => `const  %${id} ${name}: ${spec(id)}`),
    ...tape.applications.map(({ primitive, parameters, operands, results }) => {
      const result = results.map((id) => `%${id}: ${spec(id)}`).join(', ')
      const all: [string, unknown][] = Object.entries(parameters)
      const tapes = all.flatMap(([name, value]) =>
        isTape(value) ? [`  ${name}:`, `    ${show(value).replaceAll('\n', '\n    ')}`] : [],
      )
      const words = [
        `${result} = ${primitive}`,
        ...operands.map((id) => `%${id}`),
        ...showParameters(parameters),
      ]
      return [words.join(' '), ...tapes].join('\n')
    }),
    `output ${tape.outputs.map((id) => `%${id}`).join(' ')}`,
  ]
  return lines.join('\n')
}
