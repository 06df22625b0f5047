import { existsSync } from 'node:fs'
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DataError } from '../error.ts'
import { appendLine } from './append.ts'
import { makeFolder } from './folder.ts'
import { readFileEither, readFileIfPresent } from './read.ts'
import { writeFileAtomic } from './write.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-data-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const problem = (result: E.Either<DataError, unknown>): string =>
  E.isLeft(result) ? result.left.message : 'no problem'

/** Root may do everything, so nothing is denied to it. */
const isRoot = process.getuid?.() === 0

describe('readFileEither', () => {
  it('reads bytes', async () => {
    const path = join(folder, 'a')
    await writeFile(path, Uint8Array.of(1, 2))
    const result = await readFileEither(path)()
    expect(E.isRight(result) && [...result.right]).toEqual([1, 2])
  })

  it('names the path and the reason', async () => {
    const missing = join(folder, 'missing')
    expect(problem(await readFileEither(missing)())).toBe(
      `cannot read ${missing}: there is no such file or folder (ENOENT)`,
    )
    expect(problem(await readFileEither(folder)())).toBe(
      `cannot read ${folder}: it is a folder, not a file (EISDIR)`,
    )
    const below = join(folder, 'file', 'b')
    await writeFile(join(folder, 'file'), '')
    expect(problem(await readFileEither(below)())).toBe(
      `cannot read ${below}: a part of the path is not a folder (ENOTDIR)`,
    )
  })
})

describe('readFileIfPresent', () => {
  it('is none for a missing file, and a sentence for anything else', async () => {
    expect(await readFileIfPresent(join(folder, 'missing'))()).toEqual(E.right(O.none))
    expect(problem(await readFileIfPresent(folder)())).toContain('it is a folder')
  })
})

describe('writeFileAtomic', () => {
  it('writes text and bytes, replaces what was there, and leaves nothing else behind', async () => {
    const path = join(folder, 'a')
    expect(await writeFileAtomic(path, 'text')()).toEqual(E.right(undefined))
    expect(await readFile(path, 'utf8')).toBe('text')
    expect(await writeFileAtomic(path, Uint8Array.of(0, 255))()).toEqual(E.right(undefined))
    expect([...(await readFile(path))]).toEqual([0, 255])
    expect(await readdir(folder)).toEqual(['a'])
  })

  it('names the path and the reason, and removes the temporary file', async () => {
    const taken = join(folder, 'taken')
    await mkdir(taken)
    expect(problem(await writeFileAtomic(taken, 'text')())).toBe(
      `cannot write ${taken}: it is a folder, not a file (EISDIR)`,
    )
    expect(await readdir(folder)).toEqual(['taken'])
    const nowhere = join(folder, 'no', 'a')
    expect(problem(await writeFileAtomic(nowhere, 'text')())).toBe(
      `cannot write ${nowhere}: there is no such file or folder (ENOENT)`,
    )
  })

  it.skipIf(isRoot)('says that permission is denied', async () => {
    await chmod(folder, 0o500)
    const path = join(folder, 'a')
    expect(problem(await writeFileAtomic(path, 'text')())).toBe(
      `cannot write ${path}: permission denied (EACCES)`,
    )
    expect(problem(await makeFolder(path)())).toContain('permission denied')
    await chmod(folder, 0o700)
  })
})

describe('makeFolder', () => {
  it('makes the folders above it, and accepts one that is there', async () => {
    const path = join(folder, 'a', 'b', 'c')
    expect(await makeFolder(path)()).toEqual(E.right(undefined))
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c'])
    expect(await makeFolder(path)()).toEqual(E.right(undefined))
  })

  it('names the path and the reason', async () => {
    const path = join(folder, 'a')
    await writeFile(path, '')
    expect(problem(await makeFolder(path)())).toBe(
      `cannot make the folder ${path}: a file of that name is there (EEXIST)`,
    )
    expect(problem(await makeFolder('')())).toBe(
      'cannot make the folder : there is no such file or folder (ENOENT)',
    )
  })
})

describe('appendLine', () => {
  it('makes the file and appends line by line', async () => {
    const path = join(folder, 'log.jsonl')
    await appendLine(path, '{"epoch":1}')()
    await appendLine(path, '{"epoch":2}')()
    expect(await readFile(path, 'utf8')).toBe('{"epoch":1}\n{"epoch":2}\n')
  })

  it.each([0, 10, 4095, 4096, 4097, 10_000])(
    'replaces a piece of a line of %i bytes that a crash left',
    async (n) => {
      const path = join(folder, 'log.jsonl')
      await appendLine(path, 'whole')()
      await appendFile(path, 'x'.repeat(n))
      await appendLine(path, 'next')()
      expect(await readFile(path, 'utf8')).toBe('whole\nnext\n')
    },
  )

  it('replaces a piece that is the whole file', async () => {
    const path = join(folder, 'log.jsonl')
    await writeFile(path, '{"epo')
    await appendLine(path, 'next')()
    expect(await readFile(path, 'utf8')).toBe('next\n')
  })

  it('refuses a text of more than one line, and names the path and the reason', async () => {
    const path = join(folder, 'log.jsonl')
    expect(problem(await appendLine(path, 'a\nb')())).toBe(
      `cannot append to ${path}: expected one line, got a text with line breaks`,
    )
    expect(problem(await appendLine(folder, 'a')())).toBe(
      `cannot append to ${folder}: it is a folder, not a file (EISDIR)`,
    )
  })

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', async () => {
    expect(problem(await appendLine('/dev/full', 'a')())).toBe(
      'cannot append to /dev/full: the disk is full (ENOSPC)',
    )
  })
})
