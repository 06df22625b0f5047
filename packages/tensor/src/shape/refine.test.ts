import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { full, zeros } from '../operations/create.ts'
import type { Tensor, TensorOf } from '../tensor.ts'
import type { Dim } from './dim.ts'
import { ShapeError } from './error.ts'
import { refine, refineAll } from './refine.ts'

const unknown = (shape: number[]): Tensor<number[]> => zeros(shape)

const sentence = (result: E.Either<ShapeError, unknown>): string =>
  E.isLeft(result) ? result.left.message : 'accepted'

describe('refine', () => {
  it('gives the shape that the pattern states, and the tensor itself', () => {
    const x = unknown([3, 784, 5])
    const refined = refine(['batch', 784, null])(x)
    expectTypeOf(refined).toEqualTypeOf<E.Either<ShapeError, Tensor<[Dim<'batch'>, 784, number]>>>()
    expect(E.isRight(refined) && refined.right === x).toBe(true)
    const bytes = refine([2])(full([2] as number[], 1, 'u8'))
    expectTypeOf(bytes).toEqualTypeOf<E.Either<ShapeError, TensorOf<[2], 'u8'>>>()
    expect(E.isRight(refine([])(unknown([])))).toBe(true)
  })

  it.each([
    [['batch', 784], [100, 780], 'expected [batch, 784], got [100, 780] (axis 1: 784 ≠ 780)'],
    [['batch', 784], [100], 'expected [batch, 784], got [100] (rank 2 ≠ 1)'],
    [['n', 'n'], [2, 3], 'expected [n, n], got [2, 3] (n is both 2 and 3)'],
    [[null, 1], [0, 0], 'expected [?, 1], got [0, 0] (axis 1: 1 ≠ 0)'],
    [[], [1], 'expected [], got [1] (rank 0 ≠ 1)'],
  ])('%j refuses %j', (pattern, shape, message) => {
    const result = refine(pattern)(unknown(shape))
    expect(sentence(result)).toBe(message)
    expect(E.isLeft(result) && result.left).toBeInstanceOf(ShapeError)
  })
})

const noNames = [
  'a*b',
  'a+b',
  'a-1',
  'n/2',
  '(n)',
  'batch size',
  '2',
  '2n',
  '',
  'n,m',
  '[n]',
  '?',
  '…',
  'a\tb',
]
const names = ['batch', 'T', 'n2', 'batch_size', 'größe', '$n']

describe('a name', () => {
  it.each(noNames)('is not %j, which could be a formula or a number', (name) => {
    const refused = `a name must be a word without operators and spaces, got '${name}'`
    expect(() => refine([784, name])).toThrow(new ShapeError(`refine: ${refused}`))
    expect(() => refineAll({ x: [784], y: [name, null] })).toThrow(new ShapeError(`refineAll: ${refused}`))
  })

  it.each(names)('is %j', (name) => {
    expect(E.isRight(refine([name])(unknown([3])))).toBe(true)
  })

  it('is refused by type where it is known, and waits for the run where it is not', () => {
    const waits = <Name extends string>(name: Name) => refine([name, 784])
    // @ts-expect-error refine: a name must be a word without operators and spaces, got 'a*b'
    expect(() => refine(['a*b'])).toThrow()
    expect(() => waits('a*b')).toThrow()
    expectTypeOf(waits('batch')(unknown([2, 784]))).toEqualTypeOf<
      E.Either<ShapeError, Tensor<[Dim<'batch'>, 784]>>
    >()
  })
})

describe('refineAll', () => {
  it('gives one name one size in all tensors', () => {
    const both = refineAll({ x: ['batch', 2], y: ['batch'] })({
      x: unknown([7, 2]),
      y: full([7] as number[], 0, 'u8'),
    })
    expectTypeOf(both).toEqualTypeOf<
      E.Either<
        ShapeError,
        { readonly x: Tensor<[Dim<'batch'>, 2]>; readonly y: TensorOf<[Dim<'batch'>], 'u8'> }
      >
    >()
    expect(E.isRight(both)).toBe(true)
  })

  it('names the tensor that does not fit', () => {
    const result = refineAll({ x: ['batch', 2], y: ['batch'] })({ x: unknown([100, 2]), y: unknown([99]) })
    expect(sentence(result)).toBe('y: expected [batch], got [99] (batch is both 100 and 99)')
  })
})
