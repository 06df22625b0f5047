import type { AnyTensor, DType } from '@vae/tensor'
import { metadataKey, prefixBytes, type Safetensors } from './contents.ts'
import { writtenAs } from './dtype.ts'

type Entry = readonly [name: string, tensor: AnyTensor]

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const rank = (dtype: DType): number => Object.keys(writtenAs).indexOf(dtype)

/** By falling element size, then by name: the order of the reference implementation. */
const canonicalOrder = ([leftName, left]: Entry, [rightName, right]: Entry): number =>
  rank(left.dtype) - rank(right.dtype) || compareText(leftName, rightName)

const bytesOf = ({ dtype, data }: AnyTensor): Uint8Array =>
  dtype === 'bool'
    ? Uint8Array.from(data, (value) => (value === 0 ? 0 : 1))
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** Objects would move names such as `10` to the front, so JSON objects are written member by member. */
const member = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`

/**
 * The bytes of a safetensors file. The same contents give the same bytes, in whatever order the maps were
 * filled: tensors are sorted by falling element size and by name, metadata by name. The header is padded with
 * spaces so that the tensors start at a multiple of 8 bytes. f32, i32, u32, u8 and bool become `F32`, `I32`,
 * `U32`, `U8` and `BOOL`.
 *
 * Throws a `RangeError` if a tensor is called `__metadata__`, a name that the format keeps for itself.
 *
 * @example
 * ```ts
 * const tensors = new Map([['decoder.bias', zeros([784])]])
 * const bytes = encodeSafetensors({ tensors, metadata: { epoch: '3' } })
 * ```
 */
export const encodeSafetensors = ({ tensors, metadata }: Safetensors): Uint8Array => {
  if (tensors.has(metadataKey))
    throw new RangeError(
      `encodeSafetensors: no tensor may be called ${metadataKey}: the format keeps that name`,
    )
  const notes = Object.entries(metadata)
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, text]) => member(name, JSON.stringify(text)))
  const members = notes.length === 0 ? [] : [member(metadataKey, `{${notes.join(',')}}`)]
  const parts: Uint8Array[] = []
  let end = 0
  for (const [name, tensor] of [...tensors].sort(canonicalOrder)) {
    const part = bytesOf(tensor)
    const offsets = [end, end + part.length]
    const entry = { dtype: writtenAs[tensor.dtype], shape: tensor.shape, data_offsets: offsets }
    members.push(member(name, JSON.stringify(entry)))
    parts.push(part)
    end += part.length
  }
  const header = new TextEncoder().encode(`{${members.join(',')}}`)
  const start = prefixBytes + Math.ceil(header.length / 8) * 8
  const bytes = new Uint8Array(start + end).fill(0x20, prefixBytes, start)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - prefixBytes), true)
  bytes.set(header, prefixBytes)
  let offset = start
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}
