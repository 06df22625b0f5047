import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { scaledDotProductAttention } from './attention.ts'
import { tensor, zeros } from './create.ts'
import { batchMoments, batchNorm, groupNorm, layerNorm, rmsNorm } from './normalization.ts'
import { reshape } from './structure.ts'

const numbers = (shape: Shape): fc.Arbitrary<Tensor<number[]>> => {
  const length = sizeOf(shape)
  return fc.array(fc.integer({ min: -20, max: 20 }), { minLength: length, maxLength: length }).map((data) =>
    tensor(
      shape,
      data.map((value) => value / 4),
    ),
  )
}

const close = (actual: AnyTensor, expected: AnyTensor): void => {
  expect(actual.shape).toEqual(expected.shape)
  actual.data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected.data[i]!, 3)
  })
}

/** (x − mean) / √(variance + ε) of each run of `length` elements. */
const standardized = (x: AnyTensor, length: number): AnyTensor => {
  const out = Float32Array.from(x.data)
  for (let start = 0; start < out.length; start += length) {
    const run = Array.from(x.data.subarray(start, start + length))
    const mean = run.reduce((a, b) => a + b, 0) / length
    const variance = run.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length
    run.forEach((value, i) => {
      out[start + i] = (value - mean) / Math.sqrt(variance + 1e-5)
    })
  }
  return tensor(x.shape, out)
}

const images = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }))
  .chain(([batch, groups, perGroup]) =>
    numbers([batch, groups * perGroup, 2, 3]).map((x) => ({ x, groups, perGroup })),
  )

describe('normalization', () => {
  it('layerNorm works on the last axis, groupNorm on the channels of a group', () => {
    fc.assert(
      fc.property(images, ({ x, groups, perGroup }) => {
        close(layerNorm(x), standardized(x, 3))
        close(groupNorm(x, groups), standardized(x, perGroup * 6))
      }),
    )
  })

  it('rmsNorm divides by the root of the mean square', () => {
    fc.assert(
      fc.property(images, ({ x }) => {
        const y = rmsNorm(x)
        for (let start = 0; start < x.data.length; start += 3) {
          const run = x.data.subarray(start, start + 3)
          const power = run.reduce((sum, value) => sum + value ** 2, 0) / 3
          run.forEach((value, i) => {
            expect(y.data[start + i]).toBeCloseTo(value / Math.sqrt(power + 1e-5), 3)
          })
        }
      }),
    )
  })

  it('batchNorm works on a channel over the batch, with its own moments or given ones', () => {
    fc.assert(
      fc.property(images, ({ x }) => {
        const own = batchNorm(x)
        close(own, batchNorm(x, batchMoments(x)))
        const { mean, variance } = batchMoments(own)
        mean.data.forEach((value) => {
          expect(value).toBeCloseTo(0, 3)
        })
        variance.data.forEach((value) => {
          expect(Math.min(Math.abs(value), Math.abs(value - 1))).toBeLessThan(0.05)
        })
      }),
    )
  })

  it('refuses what does not fit', () => {
    const x: Tensor<number[]> = zeros([2, 6, 4])
    expect(() => groupNorm(x, 4)).toThrow('groupNorm: 4 groups do not divide 6 channels: [2, 6, 4]')
    expect(() => groupNorm(x, 0 as number)).toThrow('groupNorm: groups must be a whole number above 0, got 0')
    const scalar: Tensor<number[]> = zeros([])
    expect(() => layerNorm(scalar)).toThrow('layerNorm: input must have rank 1 or more: []')
    expect(() => rmsNorm(scalar)).toThrow('rmsNorm: input must have rank 1 or more: []')
    expect(() => batchNorm(scalar)).toThrow('batchNorm: input must have rank 2 or more: []')
  })
})

describe('scaledDotProductAttention', () => {
  const sizes = fc.record({
    batch: fc.integer({ min: 1, max: 2 }),
    t: fc.integer({ min: 1, max: 3 }),
    more: fc.nat(2),
    d: fc.integer({ min: 1, max: 3 }),
    e: fc.integer({ min: 1, max: 3 }),
    causal: fc.boolean(),
  })
  const operands = sizes.chain(({ batch, t, more, d, e, causal }) =>
    fc.record({
      q: numbers([batch, t, d]),
      k: numbers([batch, t + more, d]),
      v: numbers([batch, t + more, e]),
      causal: fc.constant(causal),
    }),
  )

  it('is a mean of values weighted by the softmax of scores', () => {
    fc.assert(
      fc.property(operands, ({ q, k, v, causal }) => {
        const [batch, t, d] = q.shape as [number, number, number]
        const [, s] = k.shape as [number, number]
        const e = v.shape[2]!
        const expected = new Float32Array(batch * t * e)
        for (let b = 0; b < batch; b++)
          for (let i = 0; i < t; i++) {
            const weights = Array.from({ length: s }, (_, j) => {
              if (causal && j > i + s - t) return 0
              let score = 0
              for (let x = 0; x < d; x++) score += q.data[(b * t + i) * d + x]! * k.data[(b * s + j) * d + x]!
              return Math.exp(score / Math.sqrt(d))
            })
            const total = weights.reduce((a, w) => a + w, 0)
            for (let x = 0; x < e; x++)
              expected[(b * t + i) * e + x] = weights.reduce(
                (sum, w, j) => sum + (w / total) * v.data[(b * s + j) * e + x]!,
                0,
              )
          }
        close(scaledDotProductAttention(q, k, v, { causal }), tensor([batch, t, e], expected))
      }),
    )
  })

  it('is the same with heads as a batch', () => {
    fc.assert(
      fc.property(operands, ({ q, k, v, causal }) => {
        const apart = <T extends AnyTensor>(x: T): Tensor<number[]> =>
          reshape(x as AnyTensor as Tensor<number[]>, [1, ...x.shape] as number[])
        const nested = scaledDotProductAttention(apart(q), apart(k), apart(v), { causal })
        close(nested, apart(scaledDotProductAttention(q, k, v, { causal })))
      }),
    )
  })
})
