import * as E from 'fp-ts/lib/Either.js'

/** What is wrong, without the name of the file. */
export type Problem = string

/** The chunks of a PNG file that its pixels depend on. */
export interface Chunks {
  /** The 13 bytes of IHDR. */
  readonly header: Uint8Array
  /** Bytes of compressed pixels in all IDAT chunks. */
  readonly compressed: number
  /** A PNG file of IHDR, IDAT and IEND alone. */
  readonly critical: Uint8Array
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Bytes of a chunk besides its data: length, type and checksum. */
const frame = 12

const concatenate = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/**
 * Splits a PNG file into chunks, checks that they lie within the file, and drops those that a decoder may ignore,
 * so that nothing but the pixels is ever unpacked.
 */
export const readChunks = (bytes: Uint8Array): E.Either<Problem, Chunks> => {
  if (!signature.every((byte, index) => bytes[index] === byte))
    return E.left('not a PNG file: it does not start with the signature 89 50 4e 47 0d 0a 1a 0a')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const parts = [bytes.subarray(0, signature.length)]
  let header: Uint8Array | undefined
  let compressed = 0
  for (let offset = signature.length; ; ) {
    const present = bytes.length - offset - frame
    if (present < 0) return E.left(`truncated: the file ends at byte ${bytes.length}, before its IEND chunk`)
    const length = view.getUint32(offset)
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8))
    if (length > present)
      return E.left(
        `truncated: the ${type} chunk at byte ${offset} takes ${length} bytes, ${present} are left`,
      )
    if ((type === 'IHDR') !== (header === undefined) || (type === 'IHDR' && length !== 13))
      return E.left(
        `damaged: expected one IHDR chunk of 13 bytes at the start, got ${type} at byte ${offset}`,
      )
    if (type === 'IHDR') header = bytes.subarray(offset + 8, offset + 21)
    if (type === 'IDAT') compressed += length
    if (type === 'IHDR' || type === 'IDAT' || type === 'IEND')
      parts.push(bytes.subarray(offset, offset + frame + length))
    if (type === 'IEND' && header !== undefined)
      return E.right({ header, compressed, critical: concatenate(parts) })
    offset += frame + length
  }
}
