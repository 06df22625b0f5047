import { isLiteral, nameOf } from './dim.mjs'
import { importsFor } from './library.mjs'

/** The type of a tensor, from its dimensions as text. */
export const tensorType = (dims, dtype) =>
  dtype === 'f32' ? `Tensor<[${dims.join(', ')}]>` : `TensorOf<[${dims.join(', ')}], '${dtype}'>`

const unknownRank = (dtype) => (dtype === 'f32' ? 'Tensor<number[]>' : `TensorOf<number[], '${dtype}'>`)

/** The type of a tensor whose dimensions are all literals. */
const literalType = ({ shape, dtype }) => tensorType(shape, dtype)

/** What `refineAll` is given for an input: sizes, names, or null for what stays unknown. */
const pattern = ({ dims }, { kind, names }) => {
  const parts = dims.map((dim) => {
    if (isLiteral(dim)) return dim[0]
    return kind === 'named' ? `'${nameOf(dim, names)}'` : 'null'
  })
  return `[${parts.join(', ')}]`
}

/** The head of the function that a program becomes: its inputs, refined where they are no literals. */
const head = (name, program) => {
  const { kind, inputs } = program
  if (kind === 'literal') {
    const parameters = inputs.map(
      ({ name, dims, dtype }) => `${name}: ${tensorType(dims.map(String), dtype)}`,
    )
    return [`export const ${name} = (${parameters.join(', ')}) => {`]
  }
  const refined = inputs.filter(({ rankUnknown }) => !rankUnknown)
  const raw = refined.map(({ name, dtype }) => `${name}: ${unknownRank(dtype)}`)
  const others = inputs.filter(({ rankUnknown }) => rankUnknown)
  const parameters = others.map(({ name, dtype }) => `, ${name}: ${unknownRank(dtype)}`)
  return [
    `export const ${name} = (raw: { ${raw.join(', ')} }${parameters.join('')}) => {`,
    `  const refined = refineAll({ ${refined.map((one) => `${one.name}: ${pattern(one, program)}`).join(', ')} })(raw)`,
    "  if (refined._tag === 'Left') return",
    `  const { ${refined.map(({ name }) => name).join(', ')} } = refined.right`,
  ]
}

/** The type that the result of a call must have: that of the run for literals, else what is given. */
const expectedType = (program, call, known) => {
  if (call.failed) return undefined
  return program.kind === 'literal' ? literalType(call.outcomes[0].result) : known?.get(call.name)
}

/** The lines of a program, each with what it is about: the index of a call, and whether it states a type. */
const linesOf = (name, program, known) => [
  ...head(name, program).map((text) => ({ text })),
  ...program.calls.flatMap((call, index) => {
    const type = expectedType(program, call, known)
    const line = { text: `  const ${call.name} = ${call.expression}`, call: index }
    if (type === undefined) return [line]
    return [
      line,
      { text: `  const ${call.name}Is: Eq<typeof ${call.name}, ${type}> = true`, call: index, states: type },
    ]
  }),
  { text: '}' },
]

/** The program alone, as a reader would write it. */
export const showProgram = (program) =>
  linesOf('program', program)
    .map(({ text }) => text)
    .join('\n')

const preamble = [
  "import { refineAll, type Dim, type Tensor, type TensorOf } from '@vae/tensor'",
  '/** True when A and B are the same type, and not only assignable to each other. */',
  'type Eq<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false',
  'export type Used = [Dim<string>, Tensor<[]>, TensorOf<[], "bool">, Eq<1, 1>, typeof refineAll]',
]

/**
 * A module with many programs, and for each of its lines the program and call that it belongs to. `types` gives
 * the types to state for programs whose dimensions are no literals.
 */
export const printModule = (programs, types = []) => {
  const lines = programs.flatMap((program, index) =>
    linesOf(`program${index}`, program, types[index]).map((line) => ({ ...line, program: index })),
  )
  const body = lines.map(({ text }) => text)
  const start = [...importsFor(body.join('\n').replaceAll('refineAll', '')), ...preamble]
  return { text: [...start, ...body, ''].join('\n'), ownerOf: (line) => lines[line - start.length - 1] ?? {} }
}
