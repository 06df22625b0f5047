import { grad } from '@vae/autograd'
import { item, ones, slice, sum, type Tensor, tensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activeDimensions, freeBits, freeBitsOfExamples, klOfActive } from './free-bits.ts'
import { weightedMean } from './objective.ts'

const scalar = (value: number): Tensor<[]> => tensor([], [value])
const nats = fc.integer({ min: 0, max: 512 }).map((n) => n / 64)
const per = fc.constantFrom('dimension' as const, 'total' as const)
const batch = fc.integer({ min: 1, max: 6 }).chain((n) =>
  fc.record({
    kl: fc
      .array(nats, { minLength: 3 * n, maxLength: 3 * n })
      .map((data): Tensor<[number, 3]> => tensor([n, 3], data)),
    weights: fc
      .array(fc.constantFrom(0, 1), { minLength: n, maxLength: n })
      .filter((ws) => ws.includes(1))
      .map((data): Tensor<[number]> => tensor([n], data)),
  }),
)

describe('freeBits', () => {
  it('is its definition', () => {
    fc.assert(
      fc.property(batch, nats, ({ kl, weights }, lambda) => {
        const count = weights.data.reduce((a, b) => a + b)
        const means = [0, 1, 2].map(
          (j) => weights.data.reduce((total, w, i) => total + w * kl.data[3 * i + j]!, 0) / count,
        )
        const perDimension = means.reduce((total, mean) => total + Math.max(lambda, mean), 0)
        const inTotal = Math.max(
          lambda,
          means.reduce((a, b) => a + b),
        )
        // Sums of at most 18 numbers up to 8 in float32.
        expect(item(freeBits(kl, weights, scalar(lambda), 'dimension'))).toBeCloseTo(perDimension, 4)
        expect(item(freeBits(kl, weights, scalar(lambda), 'total'))).toBeCloseTo(inTotal, 4)
      }),
    )
  })

  it('is the mean KL where nothing is free', () => {
    fc.assert(
      fc.property(batch, per, ({ kl, weights }, kind) => {
        const plain = item(weightedMean(sum(kl, [1]), weights))
        expect(item(freeBits(kl, weights, scalar(0), kind))).toBeCloseTo(plain, 4)
        expect([...freeBitsOfExamples(kl, scalar(0), kind).data]).toEqual([...sum(kl, [1]).data])
      }),
    )
  })

  it('is at most the mean of the form that does not depend on the batch', () => {
    fc.assert(
      fc.property(batch, nats, per, ({ kl, weights }, lambda, kind) => {
        const byExample = item(weightedMean(freeBitsOfExamples(kl, scalar(lambda), kind), weights))
        expect(item(freeBits(kl, weights, scalar(lambda), kind))).toBeLessThanOrEqual(byExample + 1e-5)
      }),
    )
  })

  it('pulls only at what is above λ', () => {
    const kl: Tensor<[2, 2]> = tensor([2, 2], [0.2, 3, 0.4, 5])
    const pull = grad((x: Tensor<[2, 2]>) => freeBits(x, ones([2]), scalar(1), 'dimension'))(kl)
    expect([...pull.data]).toEqual([0, 0.5, 0, 0.5])
  })
})

describe('freeBitsOfExamples', () => {
  it('gives an example the same nats in every batch', () => {
    fc.assert(
      fc.property(batch, nats, per, ({ kl }, lambda, kind) => {
        const all = freeBitsOfExamples(kl, scalar(lambda), kind)
        all.data.forEach((value, i) => {
          const one: Tensor<[number, 3]> = slice(kl, 0, i, i + 1)
          expect(freeBitsOfExamples(one, scalar(lambda), kind).data[0]).toBe(value)
        })
      }),
    )
  })
})

describe('klOfActive', () => {
  it('skips dimensions whose means do not vary over the examples that count', () => {
    const means = tensor([3, 2], [0, 1, 0.1, -1, 50, 50])
    const active = activeDimensions(means, tensor([3], [1, 1, 0]))
    expect([...active.data]).toEqual([0, 1])
    expect([...klOfActive(tensor([1, 2], [7, 3]), active).data]).toEqual([3])
  })

  it('has no gradient through the choice', () => {
    const loss = (means: Tensor<[2, 2]>) => sum(klOfActive(means, activeDimensions(means, ones([2]))), [0])
    expect([...grad(loss)(tensor([2, 2], [0, 1, 0.1, -1])).data]).toEqual([0, 1, 0, 1])
  })
})
