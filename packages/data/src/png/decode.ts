import { type TensorOf, tensor } from '@vae/tensor'
import { decode } from 'fast-png'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type DataError, dataError } from '../error.ts'
import { type Problem, readChunks } from './chunks.ts'
import { readHeader } from './header.ts'

type DecodedImage = TensorOf<[height: number, width: number, channels: number], 'u8'>

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const decodeImage = (bytes: Uint8Array): E.Either<Problem, DecodedImage> =>
  pipe(
    E.Do,
    E.bind('chunks', () => readChunks(bytes)),
    E.bind('header', ({ chunks }) => readHeader(chunks)),
    E.bind('image', ({ chunks }) =>
      E.tryCatch(
        () => decode(chunks.critical, { checkCrc: true }),
        (error) => `damaged: ${message(error)}`,
      ),
    ),
    E.flatMap(({ header: { height, width, channels }, image: { data } }) =>
      data instanceof Uint8Array && data.length === height * width * channels
        ? E.right(tensor([height, width, channels], data, 'u8'))
        : E.left(`damaged: expected ${height * width * channels} bytes of pixels, got ${data.length}`),
    ),
  )

/**
 * Reads a PNG file with 8 bits per channel, greyscale or RGB.
 *
 * @param bytes the whole file
 * @param name what messages call the file
 * @returns the image as `[H, W, C]` with C = 1 for greyscale and 3 for RGB, or a `DataError` if the bytes are no
 * PNG, are damaged, promise more pixels than they can hold, or use another kind of colour
 *
 * @example
 * ```ts
 * pipe(decodePng(png, 'digit.png'), E.map(({ shape }) => shape)) // → right([28, 28, 1])
 * ```
 */
export const decodePng = (bytes: Uint8Array, name: string): E.Either<DataError, DecodedImage> =>
  pipe(
    decodeImage(bytes),
    E.mapLeft((problem) => dataError(`${name}: ${problem}`, name)),
  )
