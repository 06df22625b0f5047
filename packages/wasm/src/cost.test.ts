import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cost, costOfPlan } from './cost.ts'
import { planOf } from './plan.ts'
import { someSizes } from './testing/sizes.ts'
import { single, tapeBuilder } from './testing/tape.ts'

const f32 = (...shape: number[]) => ({ shape, dtype: 'f32' }) as const
const dim = fc.integer({ min: 1, max: 70 })

const cost = (tape: Parameters<typeof planOf>[0]): Cost => costOfPlan(planOf(tape, [], someSizes))

describe('the estimated cost', () => {
  test('of a batched product is two operations for each multiplication', () => {
    fc.assert(
      fc.property(dim, dim, dim, dim, (batch, m, n, k) => {
        const parameters = { transposeLeft: false, transposeRight: false }
        const tape = single('matmul', parameters, [f32(batch, m, k), f32(batch, k, n)])
        expect(cost(tape)).toEqual({
          flops: 2 * batch * m * n * k,
          bytes: 4 * batch * (m * k + k * n + m * n),
        })
      }),
    )
  })

  test('of a sum is one operation for each element, over any axis', () => {
    fc.assert(
      fc.property(dim, dim, dim, fc.constantFrom(0, 1, 2), (a, b, c, axis) => {
        const tape = single('sum', { axes: [axis] }, [f32(a, b, c)])
        fc.pre([a, b, c][axis]! > 1)
        expect(cost(tape).flops).toBe(a * b * c)
      }),
    )
  })

  test('of an extremum is one operation for each element, over any axis and dtype', () => {
    fc.assert(
      fc.property(dim, dim, fc.constantFrom(0, 1), fc.constantFrom('f32', 'u8'), (a, b, axis, dtype) => {
        fc.pre([a, b][axis]! > 1)
        expect(cost(single('reduceMax', { axes: [axis] }, [{ shape: [a, b], dtype }])).flops).toBe(a * b)
      }),
    )
  })

  test('of a convolution leaves out padding and gaps, so that each gradient costs as much as the layer', () => {
    const conv = (lhs: number[], rhs: number[], rest: object) => {
      const parameters = {
        stride: [1, 1],
        low: [0, 0],
        high: [0, 0],
        lhsDilation: [1, 1],
        rhsDilation: [1, 1],
        featureGroups: 1,
        batchGroups: 1,
        ...rest,
      }
      return cost(single('conv', parameters, [f32(...lhs), f32(...rhs)])).flops
    }
    // 4×4 by 2 with one row of padding, on 6×6: three windows, of which the outer two lack one tap
    const taps = (3 + 4 + 3) ** 2
    const layer = conv([2, 3, 6, 6], [5, 3, 4, 4], { stride: [2, 2], low: [1, 1], high: [1, 1] })
    const input = conv([2, 5, 3, 3], [3, 5, 4, 4], { lhsDilation: [2, 2], low: [2, 2], high: [2, 2] })
    const kernel = conv([3, 2, 6, 6], [5, 2, 3, 3], { rhsDilation: [2, 2], low: [1, 1], high: [1, 1] })
    expect([layer, input, kernel]).toEqual(new Array(3).fill(2 * 2 * 3 * 5 * taps))
  })

  test('of a loop counts instructions for each element, and reads of a row once', () => {
    const builder = tapeBuilder()
    const [x, row] = [builder.input(f32(7, 9)), builder.input(f32(9))]
    const wide = builder.apply('broadcastTo', { shape: [7, 9] }, row)
    const tape = builder.tape(builder.apply('sqrt', {}, builder.apply('add', {}, x, wide)))
    expect(cost(tape)).toEqual({ flops: 2 * 63, bytes: 4 * (63 + 9 + 63) })
  })

  test('of a copy is what moves', () => {
    expect(cost(single('permute', { axes: [1, 0] }, [f32(5, 6)]))).toEqual({ flops: 0, bytes: 4 * 60 })
  })
})
