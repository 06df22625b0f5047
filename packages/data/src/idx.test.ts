import { tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeIdx, encodeIdx } from './idx.ts'

const tensors = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc
    .uint8Array({
      minLength: shape.reduce((a, b) => a * b, 1),
      maxLength: shape.reduce((a, b) => a * b, 1),
    })
    .map((data) => tensor(shape, data, 'u8')),
)

const header = (...dims: readonly number[]): number[] => [
  0,
  0,
  8,
  dims.length,
  ...dims.flatMap((dim) => [dim >>> 24, (dim >>> 16) & 255, (dim >>> 8) & 255, dim & 255]),
]

const problem = (bytes: readonly number[], rank?: number): string => {
  const result = decodeIdx(Uint8Array.from(bytes), 'file', rank)
  return E.isLeft(result) ? result.left.message : 'no problem'
}

describe('idx', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        const read = decodeIdx(encodeIdx(tensor), 'file', tensor.shape.length)
        expect(read).toEqual(E.right(tensor))
      }),
    )
  })

  it('reads a view that does not start at the beginning of its buffer', () => {
    const padded = Uint8Array.from([9, 9, 9, ...header(2), 5, 6])
    expect(decodeIdx(padded.subarray(3), 'file', 1)).toEqual(E.right(tensor([2], Uint8Array.of(5, 6), 'u8')))
  })

  it('answers random bytes, and writes back what it accepts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const read = decodeIdx(bytes, 'file')
        if (E.isRight(read)) expect(encodeIdx(read.right)).toEqual(bytes)
      }),
    )
  })

  it('answers damaged files, and writes back what it accepts', () => {
    fc.assert(
      fc.property(
        tensors,
        fc.nat(),
        fc.nat(255),
        fc.integer({ min: -9, max: 9 }),
        (tensor, at, value, more) => {
          const valid = encodeIdx(tensor)
          const damaged = new Uint8Array(Math.max(0, valid.length + more))
          damaged.set(valid.subarray(0, damaged.length))
          if (damaged.length > 0) damaged[at % damaged.length] = value
          const read = decodeIdx(damaged, 'file')
          if (E.isRight(read)) expect(encodeIdx(read.right)).toEqual(damaged)
        },
      ),
    )
  })

  it('says what was expected, what came and where', () => {
    expect(problem([0, 0])).toBe('file: truncated: an IDX file starts with 4 bytes, the file has 2')
    expect(problem([0x1f, 0x8b, 8, 0])).toBe('file: compressed with gzip: decompress it first')
    expect(problem([0x50, 0x4b, 3, 4])).toBe(
      'file: not an IDX file: expected the bytes 00 00 at the start, got 50 4b',
    )
    expect(problem([0, 0, 13, 1])).toBe(
      'file: expected elements of type 08 (unsigned bytes) at byte 2, got 0d (32-bit floats)',
    )
    expect(problem([0, 0, 7, 1])).toBe(
      'file: expected elements of type 08 (unsigned bytes) at byte 2, got 07',
    )
    expect(problem([0, 0, 8, 0])).toBe('file: expected at least 1 dimension at byte 3, got 0')
    expect(problem(header(1, 1), 1)).toBe('file: expected 1 dimension at byte 3, got 2')
    expect(problem([0, 0, 8, 3, 0])).toBe(
      'file: truncated: the header of 3 dimensions takes 16 bytes, the file has 5',
    )
    expect(problem([...header(60000, 28, 28), 1, 2])).toBe(
      'file: truncated: the header promises 60000×28×28 = 47040000 bytes, the file has 2 after it',
    )
    expect(problem([...header(1), 1, 2])).toBe(
      'file: too long: the header promises 1 = 1 bytes, the file has 2 after it',
    )
  })

  it('does not trust sizes whose product overflows', () => {
    const huge = Array.from({ length: 255 }, () => 2 ** 32 - 1)
    expect(problem(header(...huge))).toContain('Infinity bytes, the file has 0 after it')
    expect(problem(header(...huge.slice(1), 0))).toContain('Infinity bytes, the file has 0 after it')
    expect(problem(header(7, 0))).toBe('no problem')
  })

  it('refuses to write what the format does not have', () => {
    expect(() => encodeIdx(tensor([] as number[], Uint8Array.of(1), 'u8'))).toThrow(
      'expected 1 to 255 dimensions, got 0',
    )
    expect(() => encodeIdx(tensor([0, 2 ** 32], new Uint8Array(0), 'u8'))).toThrow(
      'dimension 1 is 4294967296',
    )
  })
})
