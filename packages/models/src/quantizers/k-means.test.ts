import { key, normal, ones, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastDistance, onesThenZeros, rowsOf, sizes, squaredNormOf, vectors } from '../testing/vectors.ts'
import { kMeans } from './k-means.ts'

const seeding = fc.constantFrom('k-means++' as const, 'random' as const)

/** The weighted mean of the squared distance to the nearest center. */
const distortionOf = (
  x: Tensor<[number, number]>,
  weights: Tensor<[number]>,
  centers: number[][],
): number => {
  const counted = rowsOf(x).map((row, i) => weights.data[i]! * leastDistance(row, centers))
  return counted.reduce((a, b) => a + b, 0) / weights.data.reduce((a, b) => a + b, 0)
}

describe('kMeans', () => {
  it('never increases the distortion, from round to round', () => {
    fc.assert(
      fc.property(
        sizes,
        seeding,
        fc.constantFrom('euclidean' as const, 'cosine' as const),
        (drawn, from, metric) => {
          const { n, k, seed } = { ...drawn, n: drawn.n + drawn.k }
          const x = vectors({ ...drawn, n })
          const weights = tensor([n], onesThenZeros(drawn.k, drawn.n))
          const { distortions, centers } = kMeans(
            k,
            { seeding: from, iterations: 5 },
            metric,
          )({ x, weights }, key(seed))
          const all = [...distortions.data]
          // squared distances of this size are rounded to float32
          const rounding = 1e-5 * (Math.max(...rowsOf(x).map(squaredNormOf)) + 1)
          all.slice(1).forEach((next, i) => {
            expect(next).toBeLessThanOrEqual(all[i]! + rounding)
          })
          if (metric === 'euclidean')
            expect(distortionOf(x, weights, rowsOf(centers))).toBeLessThanOrEqual(all.at(-1)! + rounding)
          else for (const center of rowsOf(centers)) expect(squaredNormOf(center)).toBeCloseTo(1, 4)
        },
      ),
    )
  })

  it('finds clusters that lie apart, from seeds by k-means++', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 6 }), (seed, k) => {
        const each = 8
        const noise = normal(key(seed), [k * each, 2])
        const x = tensor(
          [k * each, 2],
          Float32Array.from(
            noise.data,
            (value, i) => 0.01 * value + (i % 2 === 0 ? 100 : -70) * Math.floor(i / 2 / each),
          ),
        )
        const { centers, counts } = kMeans(k)({ x, weights: ones([k * each]) }, key(seed + 1))
        expect([...counts.data]).toEqual(Array.from({ length: k }, () => each))
        const found = rowsOf(centers).map(([first]) => Math.round(first! / 100) + 0)
        expect(found.sort()).toEqual(Array.from({ length: k }, (_, i) => i))
      }),
    )
  })

  it('gives each distinct vector a center where there are as many, also from the worst seeds', () => {
    fc.assert(
      fc.property(fc.nat(), seeding, (seed, from) => {
        // Nine equal vectors: random seeds make empty clusters, which must move to the others.
        const x = tensor([12, 1], [5, 5, 5, 5, 5, 5, 5, 5, 5, 0, 10, 20])
        const { centers } = kMeans(4, { seeding: from })({ x, weights: ones([12]) }, key(seed))
        expect([...centers.data].sort((a, b) => a - b)).toEqual([0, 5, 10, 20])
      }),
    )
  })

  it('weighs vectors, and does not see padding', () => {
    fc.assert(
      fc.property(fc.nat(), seeding, (seed, from) => {
        const x = tensor([5, 1], [0, 4, 100, 1e6, -1e6])
        const run = kMeans(2, { seeding: from })
        const { centers, counts } = run({ x, weights: tensor([5], [3, 1, 2, 0, 0]) }, key(seed))
        expect([...centers.data].sort((a, b) => a - b)).toEqual([1, 100])
        expect([...counts.data].sort((a, b) => a - b)).toEqual([2, 4])
      }),
    )
  })

  it('draws seeds far apart by k-means++: with one round only, clusters are hit', () => {
    const x = tensor(
      [100, 1],
      Array.from({ length: 100 }, (_, i) => (i < 98 ? 0 : (i - 97) * 1000)),
    )
    for (let seed = 0; seed < 20; seed++) {
      const { centers } = kMeans(3, { iterations: 1 })({ x, weights: ones([100]) }, key(seed))
      expect([...centers.data].sort((a, b) => a - b)).toEqual([0, 1000, 2000])
    }
  })

  it('says so where there are fewer vectors than clusters', () => {
    expect(() => kMeans(4)({ x: ones([3, 2]), weights: ones([3]) }, key(0))).toThrow(
      'kMeans: 4 clusters need as many vectors, got 3',
    )
    expect(() => kMeans(2, { iterations: 0 })({ x: ones([3, 2]), weights: ones([3]) }, key(0))).toThrow(
      'kMeans: iterations must be a whole number above 0, got 0',
    )
  })
})
