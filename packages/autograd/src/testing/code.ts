import type { AnyTensor, Block } from '@vae/tensor'
import { showSpec } from '../show.ts'
import type { Tape, ValueId } from '../tape.ts'

/** The most elements of a tensor that are written out. */
const longest = 4096

/** The shortest text that reads as the same float32, or the number itself. */
const showNumber = (x: number): string => {
  if (Object.is(x, -0)) return '-0'
  if (!Number.isFinite(x) || Number.isInteger(x) || Math.fround(x) !== x) return String(x)
  const digits = Array.from({ length: 9 }, (_, index) => Number(x.toPrecision(index + 1)))
  return String(digits.find((rounded) => Math.fround(rounded) === x) ?? x)
}

/** A static parameter, or a record of them, as source. */
const showLiteral = (value: unknown): string => {
  if (typeof value === 'number') return showNumber(value)
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(showLiteral).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const members = Object.entries(value).map(([name, member]) => `${name}: ${showLiteral(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** A tensor as source. */
export const showTensor = ({ shape, dtype, data }: Block): string => {
  const shown = Array.from(data.subarray(0, longest), showNumber).join(', ')
  const rest = data.length > longest ? ` /* … ${data.length - longest} more */` : ''
  const last = dtype === 'f32' ? '' : `, '${dtype}'`
  return `tensor(${showLiteral(shape)}, [${shown}${rest}]${last})`
}

/** A program as source: a function of tensors. */
export const showFunction = ({ values, inputs, constants, applications, outputs }: Tape): string => {
  const names = new Map<ValueId, string>([
    ...inputs.map(({ id }, index) => [id, `x${index}`] as const),
    ...constants.map(({ id }, index) => [id, `c${index}`] as const),
  ])
  const nameOf = (id: ValueId): string => names.get(id) ?? `v${id}`
  const spec = (id: ValueId): string => showSpec(values[id]!)
  const parameters = inputs.map((_, index) => `x${index}: AnyTensor`).join(', ')
  return [
    `const f = (${parameters}) => {`,
    ...constants.map(({ id, tensor }) => `  const ${nameOf(id)} = ${showTensor(tensor)}`),
    ...applications.map(({ primitive, parameters, operands, results }) => {
      const bound = results.length === 1 ? nameOf(results[0]!) : `[${results.map(nameOf).join(', ')}]`
      const read = operands.map(nameOf).join(', ')
      const made = results.map(spec).join(', ')
      return `  const ${bound} = bind('${primitive}', [${read}], ${showLiteral(parameters)}) // ${made}`
    }),
    `  return [${outputs.map(nameOf).join(', ')}]`,
    '}',
  ].join('\n')
}

/** The arguments of a program, one on each line, with the names of its inputs. */
export const showArguments = ({ inputs }: Tape, args: readonly (AnyTensor | Block)[]): string =>
  args.length === 0
    ? '[]'
    : ['[', ...args.map((block, index) => `  ${showTensor(block)}, // ${inputs[index]!.name}`), ']'].join(
        '\n',
      )
