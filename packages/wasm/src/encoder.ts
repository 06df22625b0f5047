/*
 * A small encoder of the WebAssembly binary format (https://webassembly.github.io/spec/core/binary/): just the
 * sections that a generated program needs.
 */

const valueTypes = { i32: 0x7f, v128: 0x7b } as const

export type ValueType = keyof typeof valueTypes

export interface FunctionType {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
}

export interface ImportedFunction {
  readonly name: string
  readonly type: FunctionType
}

export interface DefinedFunction {
  readonly type: FunctionType
  /** The types of the locals that follow the parameters. */
  readonly locals: readonly ValueType[]
  /** Instructions without the final `end`. */
  readonly body: readonly number[]
  /** Which functions it calls, and where in `body` there is room of `indexLength` bytes for what their index becomes. */
  readonly calls: readonly { readonly index: number; readonly at: number }[]
}

export interface ModuleParts {
  /** Functions that may be called; a module imports those that are. They come first in the index space of calls. */
  readonly imports: readonly ImportedFunction[]
  readonly functions: readonly DefinedFunction[]
  /** Index into `functions` of what is exported as `run`. */
  readonly run: number
}

/** LEB128 of an unsigned number below 2³². */
export const unsigned = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value >>> 0
  do {
    const low = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 0x80)
  } while (rest !== 0)
  return bytes
}

/** Bytes that hold the index of any function. */
export const indexLength = 5

/** LEB128 of an unsigned number below 2³² in `indexLength` bytes, more than most need. */
const padded = (value: number): number[] =>
  Array.from(
    { length: indexLength },
    (_, i) => ((value >>> (7 * i)) & 0x7f) | (i < indexLength - 1 ? 0x80 : 0),
  )

/** LEB128 of a signed 32-bit number; larger ones wrap. */
export const signed = (value: number): number[] => {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
      bytes.push(low)
      return bytes
    }
    bytes.push(low | 0x80)
  }
}

type Bytes = readonly number[]

/** Bytes in parts, which are copied once, at the end: code is long and joining arrays of numbers is slow. */
type Parts = readonly Bytes[]

const lengthOf = (parts: Parts): number => parts.reduce((length, part) => length + part.length, 0)

const vector = (items: readonly Bytes[]): number[] => [...unsigned(items.length), ...items.flat()]
const utf8 = new TextEncoder()
const name = (text: string): number[] => {
  const bytes = utf8.encode(text)
  return [...unsigned(bytes.length), ...bytes]
}
const section = (id: number, ...content: Parts): Parts => [[id, ...unsigned(lengthOf(content))], ...content]

const functionType = ({ parameters, results }: FunctionType): Bytes => [
  0x60,
  ...vector(parameters.map((type) => [valueTypes[type]])),
  ...vector(results.map((type) => [valueTypes[type]])),
]

/** Locals are declared in runs of equal type. */
const localRuns = (locals: readonly ValueType[]): number[] => {
  const runs: { count: number; type: ValueType }[] = []
  for (const type of locals) {
    const last = runs.at(-1)
    if (last?.type === type) last.count++
    else runs.push({ count: 1, type })
  }
  return vector(runs.map(({ count, type }) => [...unsigned(count), valueTypes[type]]))
}

/** The bytes of a function in which calls have the indices that they get in the module. */
const functionBody =
  (indexInModule: (index: number) => number) =>
  ({ locals, body, calls }: DefinedFunction): Parts => {
    const declared = localRuns(locals)
    const linked = [...body]
    for (const { index, at } of calls)
      padded(indexInModule(index)).forEach((byte, i) => {
        linked[at + i] = byte
      })
    return [[...unsigned(declared.length + body.length + 1), ...declared], linked, [0x0b]]
  }

/** Gives each distinct function type one index. */
const typeTable = () => {
  const types: Bytes[] = []
  const known = new Map<string, number>()
  const indexOf = (type: FunctionType): number => {
    const key = JSON.stringify(type)
    const found = known.get(key)
    if (found !== undefined) return found
    known.set(key, types.length)
    types.push(functionType(type))
    return types.length - 1
  }
  return { types, indexOf }
}

const pages = 65536

/**
 * A module that imports a shared memory as `env.memory` and the functions that it calls from `kernels`, and exports `run`.
 * What a module imports costs more to compile than most of what it defines.
 */
export const encodeModule = ({ imports, functions, run }: ModuleParts): Uint8Array<ArrayBuffer> => {
  const called = new Set(functions.flatMap(({ calls }) => calls.map(({ index }) => index)))
  const used = imports.flatMap((f, index) => (called.has(index) ? [{ ...f, index }] : []))
  const places = new Map(used.map(({ index }, place) => [index, place]))
  const indexInModule = (index: number): number => places.get(index) ?? index - imports.length + used.length
  const { types, indexOf } = typeTable()
  const imported = [
    [...name('env'), ...name('memory'), 0x02, 0x03, ...unsigned(1), ...unsigned(pages)],
    ...used.map((f) => [...name('kernels'), ...name(f.name), 0x00, ...unsigned(indexOf(f.type))]),
  ]
  const declared = functions.map((f) => unsigned(indexOf(f.type)))
  const exported = [[...name('run'), 0x00, ...unsigned(used.length + run)]]
  const parts = [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector(imported)),
    ...section(3, vector(declared)),
    ...section(7, vector(exported)),
    ...section(10, unsigned(functions.length), ...functions.flatMap(functionBody(indexInModule))),
  ]
  const binary = new Uint8Array(lengthOf(parts))
  let at = 0
  for (const part of parts) {
    binary.set(part, at)
    at += part.length
  }
  return binary
}
