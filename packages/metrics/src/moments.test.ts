import type { DiagonalGaussian } from '@vae/models'
import { key, normal, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregateMoments, includeVectors, momentsOf, noVectors, sampleMoments } from './moments.ts'

const rowsOf = (seed: number, count: number, size: number): Tensor<[number, number]> =>
  normal(key(seed), [count, size])

const part = (x: Tensor<[number, number]>, from: number, to: number): Tensor<[number, number]> => {
  const size = x.shape[1]
  const data = x.data.slice(from * size, to * size)
  return tensor([data.length / size, size], data)
}

const close = (a: Float64Array, b: ArrayLike<number>, tolerance: number) => {
  for (const [i, value] of a.entries()) expect(Math.abs(value - b[i]!)).toBeLessThanOrEqual(tolerance)
}

describe('moments', () => {
  it('are mean and covariance by their definition', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, n, z) => {
          const x = rowsOf(seed, n, z)
          const mean = Array.from({ length: z }, (_, i) => {
            let sum = 0
            for (let row = 0; row < n; row++) sum += x.data[row * z + i]!
            return sum / n
          })
          const covariance = Array.from({ length: z * z }, (_, index) => {
            const [i, j] = [Math.floor(index / z), index % z]
            let sum = 0
            for (let row = 0; row < n; row++)
              sum += (x.data[row * z + i]! - mean[i]!) * (x.data[row * z + j]! - mean[j]!)
            return sum / (n - 1)
          })
          const moments = sampleMoments(x)
          close(moments.mean, mean, 1e-14)
          close(moments.covariance, covariance, 1e-13)
        },
      ),
    )
  })

  it('do not depend on the batch size, bit for bit, nor on padding', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(12), (seed, cut) => {
        const x = rowsOf(seed, 12, 3)
        const whole = includeVectors(noVectors(3), x)
        expect(includeVectors(includeVectors(noVectors(3), part(x, 0, cut)), part(x, cut, 12))).toEqual(whole)
        const weights = tensor(
          [12],
          Array.from({ length: 12 }, (_, i) => (i < cut ? 1 : 0)),
        )
        expect(includeVectors(noVectors(3), x, weights)).toEqual(
          includeVectors(noVectors(3), part(x, 0, cut)),
        )
      }),
    )
  })

  it('count weights as repetitions', () => {
    const twice = momentsOf(
      includeVectors(noVectors(1), tensor([2, 1], [1, 4]), tensor([2], [2, 1])),
      'sample',
    )
    const repeated = sampleMoments(tensor([3, 1], [1, 1, 4]))
    close(twice.covariance, repeated.covariance, 1e-15)
  })

  it('need vectors of one size, and enough of them', () => {
    expect(() => includeVectors(noVectors(2), tensor([1, 3], [1, 2, 3]))).toThrow(
      'includeVectors: vectors of 2 numbers expected, got 3',
    )
    expect(() => sampleMoments(tensor([1, 1], [1]))).toThrow('at least two vectors are needed, got 1')
    expect(() => momentsOf(noVectors(1), 'all')).toThrow('at least one vector is needed, got 0')
  })
})

describe('aggregateMoments', () => {
  it('are those of samples of the mixture, within 5 standard errors', () => {
    const mean = tensor([3, 2], [-2, 0, 0, 1, 2, -1])
    const logVar = tensor([3, 2], [0, -1, -2, 1, 0.5, 0])
    const noise = normal(key(2), [30_000, 2]).data
    const samples = Float32Array.from(noise, (value, index) => {
      const source = (Math.floor(index / 2) % 3) * 2 + (index % 2)
      return mean.data[source]! + Math.exp(logVar.data[source]! / 2) * value
    })
    const expected = sampleMoments(tensor([30_000, 2], samples))
    const posteriors: DiagonalGaussian<3, 2> = { mean, logVar }
    const { mean: m, covariance } = aggregateMoments(posteriors)
    // The deviation of a sample is at most 2, that of a product of two at most 6.
    close(m, expected.mean, (5 * 2) / Math.sqrt(30_000))
    close(covariance, expected.covariance, (5 * 6) / Math.sqrt(30_000))
  })
})
