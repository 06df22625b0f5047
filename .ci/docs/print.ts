import { type AnyTensor, isTensor } from '@vae/tensor'

/** Whole numbers as they are, others to four digits. */
const printNumber = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))

const printTensor = ({ shape, data }: AnyTensor): string => {
  const [rows, ...rest] = shape
  if (rows === undefined) return printNumber(data[0]!)
  const size = data.length / rows
  const row = (index: number) =>
    printTensor({ shape: rest, dtype: 'f32', data: slice(data, index * size, size) })
  return `[${Array.from({ length: rows }, (_, index) => row(index)).join(', ')}]`
}

const slice = (data: AnyTensor['data'], start: number, length: number) =>
  Float32Array.from(data.subarray(start, start + length))

const isTagged = (value: object): value is { readonly _tag: string; readonly [key: string]: unknown } =>
  '_tag' in value && typeof value._tag === 'string'

/** A value as examples write it behind `// →`: `[1, 2]`, `'text'`, `right(3)`, `{ a: 1 }`; several lines as they are. */
export const print = (value: unknown): string => {
  if (typeof value === 'number') return printNumber(value)
  if (typeof value === 'string') return value.includes('\n') ? value : `'${value}'`
  if (typeof value !== 'object' || value === null) return String(value)
  if (isTensor(value)) return printTensor(value)
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`
  if (ArrayBuffer.isView(value)) return `[${Array.from(value as Uint8Array, print).join(', ')}]`
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (isTagged(value)) {
    if (value._tag === 'Right') return `right(${print(value.right)})`
    if (value._tag === 'Left') return `left(${print(value.left)})`
    if (value._tag === 'Some') return `some(${print(value.value)})`
    if (value._tag === 'None') return 'none'
  }
  const members = Object.entries(value).map(([name, member]) => `${name}: ${print(member)}`)
  return `{ ${members.join(', ')} }`
}
