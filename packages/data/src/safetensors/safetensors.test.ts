import { type AnyTensor, allocate, type DType, HostTensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Safetensors } from './contents.ts'
import { decodeSafetensors } from './decode.ts'
import { encodeSafetensors } from './encode.ts'

const dtypes: readonly DType[] = ['f32', 'i32', 'u32', 'u8', 'bool']

/** Tensors of any dtype over random bits, NaNs of every kind among them. */
const tensors: fc.Arbitrary<AnyTensor> = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  })
  .chain(({ dtype, shape }) => {
    const data = allocate(
      dtype,
      shape.reduce((a, b) => a * b, 1),
    )
    return fc
      .uint8Array({ minLength: data.byteLength, maxLength: data.byteLength, max: dtype === 'bool' ? 1 : 255 })
      .map((bytes) => {
        const filled = data.slice()
        new Uint8Array(filled.buffer).set(bytes)
        return new HostTensor(shape, dtype, filled)
      })
  })

const names = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '10', '2', ''),
)

const contents: fc.Arbitrary<Safetensors> = fc.record({
  tensors: fc
    .uniqueArray(fc.tuple(names, tensors), { selector: ([name]) => name, maxLength: 6 })
    .map((entries) => new Map(entries)),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true }),
})

/** Dtype, shape and bits: NaNs compare by their bits. */
const bitsOf = ({ dtype, shape, data }: AnyTensor) => ({
  dtype,
  shape: [...shape],
  bytes: [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
})

const fileOf = (header: unknown, data: readonly number[] = []): Uint8Array => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setUint32(0, text.length, true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

const read = (bytes: Uint8Array): Safetensors => {
  const result = decodeSafetensors(bytes, 'file')
  if (E.isLeft(result)) throw new Error(result.left.message)
  return result.right
}

const problem = (bytes: Uint8Array): string => {
  const result = decodeSafetensors(bytes, 'file')
  return E.isLeft(result) ? result.left.message : 'no problem'
}

const entry = (dtype: string, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

describe('safetensors', () => {
  it('reads what it wrote, bit by bit', () => {
    fc.assert(
      fc.property(contents, (written) => {
        const { tensors, metadata } = read(encodeSafetensors(written))
        expect(metadata).toEqual(written.metadata)
        expect(tensors.size).toBe(written.tensors.size)
        for (const [name, tensor] of written.tensors)
          expect(bitsOf(tensors.get(name)!)).toEqual(bitsOf(tensor))
      }),
    )
  })

  it('writes the same bytes whatever the order of the maps', () => {
    fc.assert(
      fc.property(contents, ({ tensors, metadata }) => {
        const reversed = {
          tensors: new Map([...tensors].reverse()),
          metadata: Object.fromEntries(Object.entries(metadata).reverse()),
        }
        expect(encodeSafetensors(reversed)).toEqual(encodeSafetensors({ tensors, metadata }))
      }),
    )
  })

  it('pads the header with spaces, and aligns every tensor to its element size', () => {
    fc.assert(
      fc.property(contents, (written) => {
        const bytes = encodeSafetensors(written)
        const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
        expect(length % 8).toBe(0)
        const header = new TextDecoder().decode(bytes.subarray(8, 8 + length))
        expect(header).toMatch(/^\{.*\} {0,7}$/s)
        for (const [name, { dtype, data_offsets }] of Object.entries<{
          dtype: string
          data_offsets: number[]
        }>(JSON.parse(header)))
          if (name !== '__metadata__') expect(data_offsets[0]! % (dtype.endsWith('32') ? 4 : 1)).toBe(0)
      }),
    )
  })

  it('writes the bytes that the format defines', () => {
    const bytes = encodeSafetensors({
      tensors: new Map<string, AnyTensor>([
        ['mask', new HostTensor([2], 'bool', Uint8Array.of(1, 0))],
        ['encoder.bias', new HostTensor([1], 'f32', Float32Array.of(1))],
      ]),
      metadata: { format: 'pt' },
    })
    const header =
      '{"__metadata__":{"format":"pt"},"encoder.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
      '"mask":{"dtype":"BOOL","shape":[2],"data_offsets":[4,6]}}'
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8)
    expect(bytes).toEqual(fileOf(padded, [0, 0, 0x80, 0x3f, 1, 0]))
  })

  it('widens half precision', () => {
    const { tensors } = read(
      fileOf({ h: entry('F16', [2], 0, 4), b: entry('BF16', [1], 4, 6) }, [0, 0x3c, 0, 0xc0, 0x80, 0x3f]),
    )
    expect(tensors.get('h')).toEqual(new HostTensor([2], 'f32', Float32Array.of(1, -2)))
    expect(tensors.get('b')).toEqual(new HostTensor([1], 'f32', Float32Array.of(1)))
  })

  it('copies, so that a later change of the file changes no tensor', () => {
    const bytes = fileOf({ a: entry('U8', [1], 0, 1) }, [7])
    const { tensors } = read(bytes)
    bytes.fill(0)
    expect(tensors.get('a')!.data).toEqual(Uint8Array.of(7))
  })

  it('reads a Buffer, whose slice is a view', () => {
    const bytes = fileOf({ a: entry('U8', [1], 0, 1), b: entry('F32', [1], 1, 5) }, [7, 0, 0, 0x80, 0x3f])
    const { tensors } = read(Buffer.from(bytes))
    expect(tensors.get('a')).toEqual(tensor([1], Uint8Array.of(7), 'u8'))
    expect(tensors.get('b')).toEqual(tensor([1], [1]))
  })

  it('answers random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        decodeSafetensors(bytes, 'file')
      }),
    )
  })

  it('answers any JSON as header', () => {
    const strange = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'U8', 'BOOL', 'F64'), fc.jsonValue()),
        shape: fc.oneof(fc.array(fc.nat(3)), fc.array(fc.maxSafeInteger()), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(fc.nat(9), fc.nat(9)), fc.array(fc.double()), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.oneof(strange, fc.jsonValue()))),
        fc.uint8Array({ maxLength: 16 }),
        (header, data) => {
          decodeSafetensors(fileOf(header, [...data]), 'file')
        },
      ),
    )
  })

  it('answers damaged files, and reads back what it accepts', () => {
    fc.assert(
      fc.property(
        contents,
        fc.nat(),
        fc.nat(255),
        fc.integer({ min: -9, max: 9 }),
        (written, at, value, more) => {
          const valid = encodeSafetensors(written)
          const damaged = new Uint8Array(valid.length + more)
          damaged.set(valid.subarray(0, damaged.length))
          damaged[at % damaged.length] = value
          const result = decodeSafetensors(damaged, 'file')
          if (E.isLeft(result)) return
          const again = read(encodeSafetensors(result.right))
          for (const [name, tensor] of result.right.tensors)
            expect(bitsOf(again.tensors.get(name)!)).toEqual(bitsOf(tensor))
        },
      ),
    )
  })

  it('says what is wrong with the header', () => {
    expect(problem(Uint8Array.of(1, 2))).toBe(
      "file: truncated: the header's length takes 8 bytes, the file has 2",
    )
    expect(problem(Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 123))).toBe(
      'file: truncated: the header takes 9 bytes, the file has 1 after its length',
    )
    expect(problem(new Uint8Array(8).fill(255))).toBe(
      'file: not a safetensors file: expected a header of at most 100000000 bytes, got the length 18446744073709551615',
    )
    expect(problem(fileOf('{'))).toMatch(/^file: the header is not JSON: /)
    expect(problem(fileOf('[1]'))).toBe('file: expected a JSON object as header, got [1]')
    expect(problem(fileOf({ __metadata__: { a: 1 } }))).toBe(
      'file: expected __metadata__ to map names to strings, got 1 for "a"',
    )
  })

  it('says what is wrong with a tensor', () => {
    expect(problem(fileOf({ a: 1 }))).toBe('file: tensor "a": expected dtype, shape and data_offsets, got 1')
    expect(problem(fileOf({ a: entry('F64', [1], 0, 8) }))).toBe(
      'file: tensor "a": expected one of the dtypes F32, I32, U32, F16, BF16, U8, BOOL, got "F64"',
    )
    expect(problem(fileOf({ a: entry('toString', [1], 0, 8) }))).toContain('got "toString"')
    expect(problem(fileOf({ a: entry('F32', [-1], 0, 4) }))).toBe(
      'file: tensor "a": expected a shape of natural numbers, got [-1]',
    )
    expect(problem(fileOf({ a: entry('F32', [1], 0, 0.5) }))).toBe(
      'file: tensor "a": expected two natural numbers as data_offsets, got [0,0.5]',
    )
    expect(problem(fileOf({ a: entry('F32', [2, 3], 0, 4) }, [0, 0, 0, 0]))).toBe(
      'file: tensor "a": F32 of shape [2,3] takes 24 bytes, its offsets [0,4] hold 4',
    )
    expect(problem(fileOf({ a: entry('F32', [2 ** 40, 2 ** 40], 0, 4) }, [0, 0, 0, 0]))).toContain(
      'its offsets',
    )
    expect(problem(fileOf({ a: entry('BOOL', [1], 0, 1) }, [2]))).toBe(
      'file: tensor "a": expected 0 or 1 for BOOL, got 2',
    )
  })

  it('says what is wrong with the layout', () => {
    const a = entry('U8', [2], 0, 2)
    expect(problem(fileOf({ a, b: entry('U8', [2], 1, 3) }, [0, 0, 0]))).toBe(
      'file: tensor "b" overlaps another one: expected it to start at byte 2 of the data, got 1',
    )
    expect(problem(fileOf({ a, b: entry('U8', [2], 3, 5) }, [0, 0, 0, 0, 0]))).toBe(
      'file: tensor "b" leaves a gap: expected it to start at byte 2 of the data, got 3',
    )
    expect(problem(fileOf({ a }, [0]))).toBe(
      'file: truncated: the header promises 2 bytes of data, the file has 1 after it',
    )
    expect(problem(fileOf({ a }, [0, 0, 0]))).toBe(
      'file: too long: the header promises 2 bytes of data, the file has 3 after it',
    )
  })

  it('keeps the name __metadata__ for the format', () => {
    const tensors = new Map([['__metadata__', new HostTensor([1], 'u8', Uint8Array.of(0))]])
    expect(() => encodeSafetensors({ tensors, metadata: {} })).toThrow('no tensor may be called __metadata__')
  })
})
