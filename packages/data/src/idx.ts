import { type TensorOf, tensor } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import { type DataError, dataError } from './error.ts'
import { promisedSize } from './promised-size.ts'

/** The shape of rank `R` with unknown sizes: `ShapeOfRank<3>` is `[number, number, number]`. */
export type ShapeOfRank<R extends number, Shape extends number[] = []> = number extends R
  ? number[]
  : Shape['length'] extends R
    ? Shape
    : ShapeOfRank<R, [...Shape, number]>

/** The element types of the format, by the third byte of a file. */
const elementTypes: Readonly<Record<number, string>> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

const describeType = (type: number): string =>
  elementTypes[type] === undefined ? hex(type) : `${hex(type)} (${elementTypes[type]})`

/** What is wrong with the four bytes of magic, or nothing. */
const magicProblem = (bytes: Uint8Array, rank: number | undefined): string | undefined => {
  if (bytes.length < 4) return `truncated: an IDX file starts with 4 bytes, the file has ${bytes.length}`
  const [first = 0, second = 0, type = 0, fileRank = 0] = bytes
  if (first === 0x1f && second === 0x8b) return 'compressed with gzip: decompress it first'
  if (first !== 0 || second !== 0)
    return `not an IDX file: expected the bytes 00 00 at the start, got ${hex(first)} ${hex(second)}`
  if (type !== 8) return `expected elements of type 08 (unsigned bytes) at byte 2, got ${describeType(type)}`
  if (fileRank === 0) return 'expected at least 1 dimension at byte 3, got 0'
  if (rank !== undefined && fileRank !== rank)
    return `expected ${rank} dimension${rank === 1 ? '' : 's'} at byte 3, got ${fileRank}`
  return undefined
}

/**
 * Reads an IDX file of unsigned bytes, the format of MNIST: the bytes `00 00 08 rank`, one big-endian 32-bit
 * size per dimension, the elements in row-major order. The tensor is a view of `bytes`, not a copy.
 *
 * @param bytes the whole file
 * @param name what messages call the file
 * @param rank the number of dimensions that the file must have; any from 1 to 255 if it is left out
 * @returns the tensor, or a `DataError` if the magic, the rank or the length is not as it should be
 *
 * @example
 * ```ts
 * decodeIdx(idxBytes, 't10k-labels-idx1-ubyte', 1) // Either<DataError, TensorOf<[number], 'u8'>>
 * ```
 *
 * @see http://yann.lecun.com/exdb/mnist/
 */
export const decodeIdx = <R extends number = number>(
  bytes: Uint8Array,
  name: string,
  rank?: R,
): E.Either<DataError, TensorOf<ShapeOfRank<R>, 'u8'>> => {
  const fail = (problem: string) => E.left(dataError(`${name}: ${problem}`, name))
  const problem = magicProblem(bytes, rank)
  if (problem !== undefined) return fail(problem)
  const fileRank = bytes[3]!
  const start = 4 + 4 * fileRank
  if (bytes.length < start)
    return fail(
      `truncated: the header of ${fileRank} dimensions takes ${start} bytes, the file has ${bytes.length}`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset, start)
  const shape = Array.from({ length: fileRank }, (_, axis) => view.getUint32(4 + 4 * axis))
  const promised = promisedSize(shape)
  const present = bytes.length - start
  if (present !== promised)
    return fail(
      `${present < promised ? 'truncated' : 'too long'}: the header promises ` +
        `${shape.join('×')} = ${promised} bytes, the file has ${present} after it`,
    )
  // Without `rank` the type is number[]; with it, the rank was compared above.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + start, promised)
  return E.right(tensor<ShapeOfRank<R>, 'u8'>(shape as ShapeOfRank<R>, data, 'u8'))
}

/**
 * The bytes of an IDX file that holds `tensor`. Throws a `RangeError` for a scalar, which the format does not
 * have, for more than 255 dimensions, and for a dimension of 2³² or more.
 *
 * @example
 * ```ts
 * const labels = tensor([3], [7, 2, 1], 'u8')
 * decodeIdx(encodeIdx(labels), 'labels', 1) // → right([7, 2, 1])
 * ```
 */
export const encodeIdx = (tensor: TensorOf<number[], 'u8'>): Uint8Array => {
  const { shape, data } = tensor
  if (shape.length === 0 || shape.length > 255)
    throw new RangeError(`encodeIdx: expected 1 to 255 dimensions, got ${shape.length}`)
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + data.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0, 0, 8, shape.length])
  shape.forEach((dim, axis) => {
    if (dim >= 2 ** 32)
      throw new RangeError(`encodeIdx: dimension ${axis} is ${dim}, the format ends at 2^32 - 1`)
    view.setUint32(4 + 4 * axis, dim)
  })
  bytes.set(data, start)
  return bytes
}
