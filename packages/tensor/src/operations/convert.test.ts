import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { DType } from '../dtype.ts'
import type { Tensor, TensorOf } from '../tensor.ts'
import { bitcast, cast } from './cast.ts'
import { full, item, ones, tensor, zeros } from './create.ts'

describe('cast', () => {
  it('goes towards zero, saturates, and makes NaN 0', () => {
    const x = tensor([9], [0.9, -0.9, 1.5, -1.5, 300, -300, 1e20, -1e20, NaN])
    const to = (dtype: DType): number[] => [...cast(x, dtype).data]
    expect(to('i32').map((n) => n + 0)).toEqual([0, 0, 1, -1, 300, -300, 2 ** 31 - 1, -(2 ** 31), 0])
    expect(to('u32').map((n) => n + 0)).toEqual([0, 0, 1, 0, 300, 0, 2 ** 32 - 1, 0, 0])
    expect(to('u8').map((n) => n + 0)).toEqual([0, 0, 1, 0, 255, 0, 255, 0, 0])
    expect(to('bool')).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1])
    expect([...cast(tensor([3], [0, -0, 1e-40]), 'bool').data]).toEqual([0, 0, 1])
  })

  it('keeps whole numbers that both dtypes hold', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255)), (values) => {
        for (const dtype of ['f32', 'i32', 'u32', 'u8'] as const)
          expect([...cast(cast(tensor([values.length], values, 'u8'), dtype), 'u8').data]).toEqual(values)
      }),
    )
  })

  it('returns the tensor itself when nothing changes', () => {
    const x = zeros([2])
    expect(cast(x, 'f32')).toBe(x)
    expectTypeOf(cast(x, 'u8')).toEqualTypeOf<TensorOf<[2], 'u8'>>()
  })
})

describe('bitcast', () => {
  it('is its own inverse on 32 bits', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true })), (values) => {
        const x = tensor([values.length], values)
        const bits = bitcast(x, 'u32')
        expect(bitcast(bits, 'f32')).toEqual(x)
        expect(bitcast(bitcast(bits, 'i32'), 'u32')).toEqual(bits)
        expect([...bits.data]).toEqual([...new Uint32Array(Float32Array.from(values).buffer)])
      }),
    )
  })

  it('refuses bytes', () => {
    const bytes: TensorOf<[1], DType> = full([1], 1, 'u8')
    expect(() => bitcast(bytes as TensorOf<[1], 'u32'>, 'f32')).toThrow(
      'bitcast: expected f32, i32 or u32, got u8',
    )
  })
})

describe('tensor', () => {
  it('infers a literal shape and keeps a typed array of its own kind', () => {
    const data = Float32Array.of(1, 2)
    const x = tensor([2], data)
    expectTypeOf(x).toEqualTypeOf<Tensor<[2]>>()
    expect(x.data).toBe(data)
    expect(tensor([2], [1.7, 2], 'u8').data).toEqual(Uint8Array.of(1, 2))
    expect([...ones([2]).data]).toEqual([1, 1])
  })

  it('refuses another number of elements', () => {
    expect(() => tensor([2, 3], [1, 2])).toThrow('tensor: shape [2, 3] has 6 elements, the data has 2')
  })
})

it('item is the number in a tensor with one element', () => {
  expect(item(tensor([1, 1], [4]))).toBe(4)
  expect(() => item(zeros([2, 2]))).toThrow('item: a tensor with one element, got [2, 2]')
})
