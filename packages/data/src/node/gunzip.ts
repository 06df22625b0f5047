import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type DataError, dataError } from '../error.ts'
import { plainBytes } from './plain-bytes.ts'
import { errorCode, reasonOf } from './reason.ts'

const unpack = promisify(gunzip)

/**
 * Unpacks gzip to at most `largest` bytes, so that a small file cannot fill the memory. Never rejects: a
 * `DataError` says that `name` is damaged or unpacks to more.
 *
 * @example
 * ```ts
 * import { gzipSync } from 'node:zlib'
 *
 * const packed = gzipSync(idxBytes)
 * await gunzipBounded(packed, 't10k-labels-idx1-ubyte.gz', 2 ** 20)() // Either<DataError, Uint8Array>
 * ```
 */
export const gunzipBounded = (
  bytes: Uint8Array,
  name: string,
  largest: number,
): TE.TaskEither<DataError, Uint8Array> =>
  TE.tryCatch(
    async () => plainBytes(await unpack(bytes, { maxOutputLength: largest })),
    (error) =>
      dataError(
        errorCode(error) === 'ERR_BUFFER_TOO_LARGE'
          ? `${name}: expected at most ${largest} bytes when unpacked, got more`
          : `${name}: cannot be unpacked with gzip: ${reasonOf(error)}`,
        name,
      ),
  )
