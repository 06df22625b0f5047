import { type FileHandle, open } from 'node:fs/promises'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type DataError, dataError } from '../error.ts'
import { reasonOf } from './reason.ts'

const newline = 0x0a

/** Length of the whole lines of a file of `size` bytes: up to and including its last newline. */
const lengthOfLines = async (file: FileHandle, size: number): Promise<number> => {
  const chunk = new Uint8Array(4096)
  let end = size
  while (end > 0) {
    const start = Math.max(0, end - chunk.length)
    const { bytesRead } = await file.read(chunk, 0, end - start, start)
    const last = chunk.subarray(0, bytesRead).lastIndexOf(newline)
    if (last >= 0) return start + last + 1
    end = start
  }
  return 0
}

/**
 * Appends one line to a file of lines, such as JSON lines, and makes the file if it is not there. When this
 * resolves to a `Right`, the line is on the disk. A piece of a line at the end, which only a crash in the middle
 * of a write leaves, is replaced; if the write fails, the file keeps the whole lines that it had.
 *
 * Never rejects: a `DataError` names the path and the reason, or says that `line` is more than one line. One
 * writer at a time.
 *
 * @example
 * ```ts
 * await appendLine(`${folder}/metrics.jsonl`, JSON.stringify({ epoch: 1, kl: 25.1 }))() // → right(undefined)
 * ```
 */
export const appendLine = (path: string, line: string): TE.TaskEither<DataError, void> =>
  line.includes('\n')
    ? TE.left(dataError(`cannot append to ${path}: expected one line, got a text with line breaks`, path))
    : TE.tryCatch(
        async () => {
          // 'a+' makes the file and reads it; writes go to its end, which truncate sets.
          const file = await open(path, 'a+')
          try {
            const { size } = await file.stat()
            const end = await lengthOfLines(file, size)
            if (end < size) await file.truncate(end)
            try {
              await file.appendFile(`${line}\n`)
              await file.datasync()
            } catch (error) {
              await file.truncate(end).catch(() => undefined)
              throw error
            }
          } finally {
            await file.close()
          }
        },
        (error) => dataError(`cannot append to ${path}: ${reasonOf(error)}`, path),
      )
