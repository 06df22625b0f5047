import { tensor } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { encodeIdx } from './idx.ts'
import { decodeMnist, type MnistFile, mnistFileNames, type NamedBytes } from './mnist.ts'

const images = (count: number, side = 28): Uint8Array =>
  encodeIdx(
    tensor(
      [count, side, side],
      Uint8Array.from({ length: count * side * side }, (_, index) => index),
      'u8',
    ),
  )

const labels = (count: number): Uint8Array =>
  encodeIdx(
    tensor(
      [count],
      Uint8Array.from({ length: count }, (_, index) => index % 10),
      'u8',
    ),
  )

const files = (changed: Partial<Record<MnistFile, Uint8Array>> = {}): Record<MnistFile, NamedBytes> => {
  const named = (file: MnistFile, bytes: Uint8Array) => ({
    name: mnistFileNames[file],
    bytes: changed[file] ?? bytes,
  })
  return {
    trainImages: named('trainImages', images(3)),
    trainLabels: named('trainLabels', labels(3)),
    testImages: named('testImages', images(2)),
    testLabels: named('testLabels', labels(2)),
  }
}

const problem = (changed: Partial<Record<MnistFile, Uint8Array>>): string => {
  const result = decodeMnist(files(changed))
  return E.isLeft(result) ? result.left.message : 'no problem'
}

describe('mnist', () => {
  it('reads both splits', () => {
    const result = decodeMnist(files())
    if (E.isLeft(result)) throw new Error(result.left.message)
    const { train, test } = result.right
    expect([train.examples.count, ...train.examples.shape]).toEqual([3, 1, 28, 28])
    expect([test.examples.count, ...test.examples.shape]).toEqual([2, 1, 28, 28])
    expect(train.examples.gather([2, 0]).data.subarray(0, 3)).toEqual(Uint8Array.of(32, 33, 34))
    expect([train.split, test.split, train.name]).toEqual(['train', 'test', 'MNIST'])
    expect(train.labels).toEqual(O.some(tensor([3], Uint8Array.of(0, 1, 2), 'u8')))
  })

  it('says which file is wrong, and how', () => {
    expect(problem({ testLabels: labels(5) })).toBe(
      't10k-labels-idx1-ubyte: expected 2 labels, one for each image of t10k-images-idx3-ubyte, got 5',
    )
    expect(problem({ trainImages: images(3, 32) })).toBe(
      'train-images-idx3-ubyte: expected images of 28 × 28 pixels, got 32 × 32',
    )
    expect(problem({ trainImages: images(0), trainLabels: labels(0) })).toBe(
      'train-images-idx3-ubyte: expected at least one image, got none',
    )
    expect(problem({ trainImages: labels(3) })).toBe(
      'train-images-idx3-ubyte: expected 3 dimensions at byte 3, got 1',
    )
    expect(problem({ trainImages: images(3).slice(0, 1000) })).toBe(
      'train-images-idx3-ubyte: truncated: the header promises 3×28×28 = 2352 bytes, the file has 984 after it',
    )
  })
})
