import * as E from 'fp-ts/lib/Either.js'
import type { Chunks, Problem } from './chunks.ts'

/** What the pixels of a readable PNG file look like. */
export interface Header {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
}

/** The kinds of colour, by the number that IHDR gives. */
const colourTypes: Readonly<Record<number, string>> = {
  0: 'greyscale',
  2: 'RGB',
  3: 'a palette',
  4: 'greyscale with alpha',
  6: 'RGB with alpha',
}

/** Deflate spends at least 2 bits on its longest match, of 258 bytes. */
const bestCompression = 1032

/** Reads IHDR, and checks that the compressed bytes can hold the pixels that it promises. */
export const readHeader = ({ header, compressed }: Chunks): E.Either<Problem, Header> => {
  const view = new DataView(header.buffer, header.byteOffset, header.length)
  const width = view.getUint32(0)
  const height = view.getUint32(4)
  const depth = view.getUint8(8)
  const colourType = view.getUint8(9)
  if (depth !== 8 || (colourType !== 0 && colourType !== 2))
    return E.left(
      `expected 8 bits per channel, greyscale or RGB, got ${depth} bits, ` +
        (colourTypes[colourType] ?? `unknown colour type ${colourType}`),
    )
  if (width === 0 || height === 0) return E.left(`expected at least one pixel, got ${height} × ${width}`)
  const channels = colourType === 0 ? 1 : 3
  const promised = height * width * channels
  if (promised > compressed * bestCompression)
    return E.left(
      `truncated: the header promises ${height} × ${width} pixels, ${compressed} compressed bytes cannot hold them`,
    )
  return E.right({ height, width, channels })
}
