import type { AnyTensor } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type DataError, dataError } from '../error.ts'
import { promisedSize } from '../promised-size.ts'
import { longestHeader, metadataKey, prefixBytes, type Safetensors } from './contents.ts'
import { elementTypes, isReadable, type SafetensorsDType } from './dtype.ts'

/** What is wrong, without the name of the file. */
type Problem = string

/** One tensor of the header, checked by itself. Offsets count from the end of the header. */
interface Entry {
  readonly name: string
  readonly dtype: SafetensorsDType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNatural = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const isNaturals = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every(isNatural)

/** A piece of the header in a message: short enough for one line. */
const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** The length of the header in bytes, if the file can hold it. */
const headerLength = (bytes: Uint8Array): E.Either<Problem, number> => {
  if (bytes.length < prefixBytes)
    return E.left(`truncated: the header's length takes ${prefixBytes} bytes, the file has ${bytes.length}`)
  const length = new DataView(bytes.buffer, bytes.byteOffset, prefixBytes).getBigUint64(0, true)
  if (length > longestHeader)
    return E.left(
      `not a safetensors file: expected a header of at most ${longestHeader} bytes, got the length ${length}`,
    )
  const present = bytes.length - prefixBytes
  if (length > present)
    return E.left(`truncated: the header takes ${length} bytes, the file has ${present} after its length`)
  return E.right(Number(length))
}

const parseHeader = (bytes: Uint8Array): E.Either<Problem, Readonly<Record<string, unknown>>> =>
  pipe(
    E.tryCatch(
      (): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)),
      (error) => `the header is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    ),
    E.filterOrElse(isObject, (value) => `expected a JSON object as header, got ${show(value)}`),
  )

const readMetadata = (value: unknown): E.Either<Problem, Readonly<Record<string, string>>> => {
  if (value === undefined) return E.right({})
  if (!isObject(value)) return E.left(`expected ${metadataKey} to map names to strings, got ${show(value)}`)
  const texts: [string, string][] = []
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string')
      return E.left(`expected ${metadataKey} to map names to strings, got ${show(text)} for ${show(name)}`)
    texts.push([name, text])
  }
  return E.right(Object.fromEntries(texts))
}

const readEntry = (name: string, value: unknown): E.Either<Problem, Entry> => {
  const fail = (problem: string) => E.left(`tensor ${show(name)}: ${problem}`)
  if (!isObject(value)) return fail(`expected dtype, shape and data_offsets, got ${show(value)}`)
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string' || !isReadable(dtype))
    return fail(`expected one of the dtypes ${Object.keys(elementTypes).join(', ')}, got ${show(dtype)}`)
  if (!isNaturals(shape)) return fail(`expected a shape of natural numbers, got ${show(shape)}`)
  if (!isNaturals(offsets) || offsets.length !== 2)
    return fail(`expected two natural numbers as data_offsets, got ${show(offsets)}`)
  const [begin = 0, end = 0] = offsets
  const promised = promisedSize(shape) * elementTypes[dtype].bytes
  if (end - begin !== promised)
    return fail(
      `${dtype} of shape ${show(shape)} takes ${promised} bytes, its offsets ${show(offsets)} hold ${end - begin}`,
    )
  return E.right({ name, dtype, shape, begin, end })
}

/** Tensors must cover the data without a gap or an overlap. */
const layoutProblem = (entries: readonly Entry[], present: number): Problem | undefined => {
  const ordered = [...entries].sort((left, right) => left.begin - right.begin || left.end - right.end)
  let covered = 0
  for (const { name, begin, end } of ordered) {
    if (begin !== covered)
      return `tensor ${show(name)} ${begin < covered ? 'overlaps another one' : 'leaves a gap'}: expected it to start at byte ${covered} of the data, got ${begin}`
    covered = end
  }
  if (covered === present) return undefined
  const kind = present < covered ? 'truncated' : 'too long'
  return `${kind}: the header promises ${covered} bytes of data, the file has ${present} after it`
}

const readTensor = (
  { dtype, shape, begin, end, name }: Entry,
  data: Uint8Array,
): E.Either<Problem, AnyTensor> => {
  // The copy starts at offset 0 of its own buffer, so it is aligned. (The slice of a node Buffer would not copy.)
  const bytes = new Uint8Array(data.subarray(begin, end))
  if (dtype === 'BOOL') {
    const wrong = bytes.find((value) => value > 1)
    if (wrong !== undefined) return E.left(`tensor ${show(name)}: expected 0 or 1 for BOOL, got ${wrong}`)
  }
  return E.right(elementTypes[dtype].read(shape, bytes))
}

const decode = (bytes: Uint8Array): E.Either<Problem, Safetensors> =>
  pipe(
    E.Do,
    E.bind('length', () => headerLength(bytes)),
    E.bind('header', ({ length }) => parseHeader(bytes.subarray(prefixBytes, prefixBytes + length))),
    E.bind('metadata', ({ header }) =>
      readMetadata(Object.hasOwn(header, metadataKey) ? header[metadataKey] : undefined),
    ),
    E.bind('entries', ({ header }) =>
      pipe(
        Object.entries(header).filter(([name]) => name !== metadataKey),
        E.traverseArray(([name, value]) => readEntry(name, value)),
      ),
    ),
    E.let('data', ({ length }) => bytes.subarray(prefixBytes + length)),
    E.chainFirst(({ entries, data }) => {
      const problem = layoutProblem(entries, data.length)
      return problem === undefined ? E.right(undefined) : E.left(problem)
    }),
    E.bind('tensors', ({ entries, data }) =>
      pipe(
        entries,
        E.traverseArray((entry) =>
          pipe(
            readTensor(entry, data),
            E.map((tensor) => [entry.name, tensor] as const),
          ),
        ),
      ),
    ),
    E.map(({ tensors, metadata }) => ({ tensors: new Map(tensors), metadata })),
  )

/**
 * Reads a safetensors file: `F32`, `F16` and `BF16` as f32, `I32`, `U32`, `U8` and `BOOL` as themselves.
 * Everything that the header says is checked before a tensor is allocated: its length, the JSON, the dtypes,
 * shapes against offsets, and that the tensors cover the data without a gap or an overlap.
 *
 * @param bytes the whole file; the tensors are copies
 * @param name what messages call the file
 * @returns the tensors in the order of the header and the metadata, or a `DataError`
 *
 * @example
 * ```ts
 * pipe(
 *   decodeSafetensors(safetensors, 'checkpoint.safetensors'),
 *   E.map(({ tensors }) => tensors.get('encoder.hidden.weight')?.shape),
 * ) // → right([2, 3])
 * ```
 */
export const decodeSafetensors = (bytes: Uint8Array, name: string): E.Either<DataError, Safetensors> =>
  pipe(
    decode(bytes),
    E.mapLeft((problem) => dataError(`${name}: ${problem}`, name)),
  )
