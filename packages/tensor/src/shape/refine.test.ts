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
