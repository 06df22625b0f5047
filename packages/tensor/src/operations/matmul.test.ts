import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bind } from '../bind.ts'
import { sizeOf } from '../shape/dim.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { broadcast } from './apply.ts'
import { tensor, zeros } from './create.ts'
import { matmul } from './matmul.ts'
import { transpose } from './structure.ts'

const integers = (shape: readonly number[]): fc.Arbitrary<Tensor<number[]>> => {
  const length = sizeOf(shape)
  return fc
    .array(fc.integer({ min: -8, max: 8 }), { minLength: length, maxLength: length })
    .map((data) => tensor(shape, data))
}

const sizes = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4))

/** A pair of batch shapes that broadcast, and their common shape. */
const batches = fc.constantFrom(
  [[], [], []],
  [[2], [2], [2]],
  [[1], [3], [3]],
  [[2, 1], [3], [2, 3]],
  [[], [2, 2], [2, 2]],
  [[0], [1], [0]],
)

const products = fc.tuple(batches, sizes).chain(([[left, right, common], [m, k, n]]) =>
  fc.record({
    a: integers([...left!, m, k]),
    b: integers([...right!, k, n]),
    common: fc.constant(common!),
    m: fc.constant(m),
    k: fc.constant(k),
    n: fc.constant(n),
  }),
)

describe('matmul', () => {
  it('is the sum of products at every index, with batches broadcast', () => {
    fc.assert(
      fc.property(products, ({ a, b, common, m, k, n }) => {
        const result = matmul(a, b)
        expect(result.shape).toEqual([...common, m, n])
        const left = broadcast(a, [...common, m, k]).data
        const right = broadcast(b, [...common, k, n]).data
        // Small integers: every sum is exact.
        const expected = new Float32Array(sizeOf(result.shape))
        for (let batch = 0; batch < sizeOf(common); batch++)
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++)
              for (let step = 0; step < k; step++)
                expected[(batch * m + i) * n + j]! +=
                  left[(batch * m + i) * k + step]! * right[(batch * k + step) * n + j]!
        expect(result.data.map((x) => x + 0)).toEqual(expected.map((x) => x + 0))
      }),
    )
  })

  it('transposes either operand on the way', () => {
    fc.assert(
      fc.property(
        sizes.chain(([m, k, n]) => fc.tuple(integers([m, k]), integers([k, n]))),
        ([a, b]) => {
          const product = (
            left: AnyTensor,
            right: AnyTensor,
            transposeLeft: boolean,
            transposeRight: boolean,
          ) => bind('matmul', [left, right], { transposeLeft, transposeRight })
          const [at, bt] = [transpose(a), transpose(b)]
          const plain = matmul(a, b)
          for (const other of [
            product(at, b, true, false),
            product(a, bt, false, true),
            product(at, bt, true, true),
          ])
            expect(other).toEqual(plain)
        },
      ),
    )
  })

  it('accumulates in float64', () => {
    const big = tensor([1, 3], [1e8, 1, -1e8])
    expect(matmul(big, tensor([3, 1], [1, 1, 1])).data[0]).toBe(1)
  })

  it.each([
    [[128, 784], [400, 20], 'matmul: inner dimensions differ: [128, 784] @ [400, 20] (784 ≠ 400)'],
    [[784], [784, 20], 'matmul: left operand [784] must have rank 2 or more'],
    [[2, 3], [3], 'matmul: right operand [3] must have rank 2 or more'],
    [[2, 3, 4], [5, 4, 6], 'matmul: shapes do not broadcast: [2, 3, 4] and [5, 4, 6] (2 ≠ 5)'],
  ])('refuses %j @ %j', (left, right, message) => {
    const [a, b] = [zeros(left), zeros(right)]
    expect(() => matmul(a, b)).toThrow(message)
  })
})
