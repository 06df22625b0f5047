import { grad } from '@vae/autograd'
import { checkGradients } from '@vae/autograd/testing'
import { exp, full, key, leaves, normal, ones, sum, type Tensor, tensor, zeros } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiagonalGaussian } from './gaussian.ts'
import { type BatchSampling, logMixtureWeights } from './minibatch-weights.ts'
import { weightedMean } from './objective.ts'
import { aggregateLogDensity, decomposeKl, type KlParts, pairwiseLogDensity } from './total-correlation.ts'

const value = fc.integer({ min: -192, max: 192 }).map((n) => n / 64)
const sampling = fc.constantFrom<BatchSampling>('weighted', 'stratified')

interface Example {
  readonly z: readonly [number, number]
  readonly mean: readonly [number, number]
  readonly logVar: readonly [number, number]
}
const pair = fc.tuple(value, value)
const example: fc.Arbitrary<Example> = fc.record({ z: pair, mean: pair, logVar: pair })
const examples = fc.array(example, { minLength: 2, maxLength: 6 })

const column = (rows: readonly Example[], name: keyof Example): Tensor<[number, 2]> =>
  tensor(
    [rows.length, 2],
    rows.flatMap((row) => row[name]),
  )
const posteriorOf = (rows: readonly Example[]): DiagonalGaussian<number, 2> => ({
  mean: column(rows, 'mean'),
  logVar: column(rows, 'logVar'),
})

const partsOf = (
  rows: readonly Example[],
  kind: BatchSampling,
  datasetSize: number,
  weights = rows.map(() => 1),
) =>
  decomposeKl(column(rows, 'z'), posteriorOf(rows), tensor([rows.length], weights) as Tensor<[number]>, {
    sampling: kind,
    datasetSize,
    logPrior: tensor(
      [rows.length],
      rows.map(({ z }) => -0.5 * (z[0] ** 2 + z[1] ** 2) - Math.log(2 * Math.PI)),
    ) as Tensor<[number]>,
  })

/** log q(z_j | x) in f64. */
const logDensity = ({ z }: Example, { mean, logVar }: Example, j: 0 | 1): number =>
  -0.5 * ((z[j] - mean[j]) ** 2 / Math.exp(logVar[j]) + logVar[j] + Math.log(2 * Math.PI))

/** The weights of appendix C as they are written there, for the sample of example i, row by row. */
const naiveWeights = (kind: BatchSampling, size: number, n: number): number[][] =>
  Array.from({ length: size }, (_, i) => {
    if (kind === 'weighted') return Array.from({ length: size }, () => 1 / (n * size))
    const row = new Array<number>(size).fill(0)
    if (size === n) return row.fill(1 / n)
    const m = size - 1
    // B_{M+1} without n*, in an order that starts with the last of the sum.
    const [last, ...others] = Array.from({ length: m }, (_, step) => (i + 1 + step) % size)
    row[i] = 1 / n
    for (const j of others) row[j] = 1 / m
    row[last!] = (n - m) / (n * m)
    return row
  })

describe('logMixtureWeights', () => {
  it('is its definition entry by entry', () => {
    fc.assert(
      fc.property(sampling, fc.integer({ min: 2, max: 8 }), fc.nat(50), (kind, size, more) => {
        const weights = exp(logMixtureWeights(kind, ones([size]), size + more))
        const expected = naiveWeights(kind, size, size + more).flat()
        // The logarithm and its inverse, each to a few units in the last place of float32.
        weights.data.forEach((w, i) => {
          expect(Math.abs(w - expected[i]!)).toBeLessThan(2e-6 * expected[i]!)
        })
      }),
    )
  })

  it('has 1/N on the diagonal, which widely used code puts into the first column', () => {
    const weights = exp(logMixtureWeights('stratified', ones([4]), 100))
    for (const i of [0, 1, 2, 3]) {
      expect(weights.data[5 * i]).toBeCloseTo(1 / 100, 6)
      const row = weights.data.slice(4 * i, 4 * i + 4)
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6)
    }
  })

  it('leaves padding out wherever it stands: the other entries are those of the smaller batch', () => {
    const some = fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(sampling, some, fc.nat(20), (kind, mask, more) => {
        const kept = mask.flatMap((w, i) => (w > 0 ? [i] : []))
        fc.pre(kept.length >= 2)
        const n = kept.length + more
        const whole = logMixtureWeights(kind, tensor([mask.length], mask) as Tensor<[number]>, n)
        const small = logMixtureWeights(kind, ones([kept.length]), n)
        const at = (i: number, j: number) => whole.data[i * mask.length + j]
        kept.forEach((i, a) => {
          kept.forEach((j, b) => {
            expect(at(i, j)).toBe(small.data[a * kept.length + b])
          })
          for (const [j, w] of mask.entries()) if (w === 0) expect(at(i, j)).toBe(Number.NEGATIVE_INFINITY)
        })
      }),
    )
  })

  it('refuses what has no weights', () => {
    expect(() => logMixtureWeights('weighted', ones([4]), 0.5)).toThrow(
      'logMixtureWeights: datasetSize must be a whole number above 0, got 0.5',
    )
    expect(() => logMixtureWeights('stratified', ones([1]), 9)).toThrow(
      'logMixtureWeights: stratified sampling needs a batch of 2 examples or more, got 1',
    )
  })

  it('is unbiased when stratified: over all batches with an example, q(z) has its exact mean', () => {
    // Every batch of 3 of 4 examples that begins with example 0, in every order.
    const densities = [0.5, 0.2, 0.8, 0.1]
    const row = exp(logMixtureWeights('stratified', ones([3]), 4)).data.slice(0, 3)
    const others = [1, 2, 3].flatMap((a) => [1, 2, 3].filter((b) => b !== a).map((b) => [0, a, b]))
    const estimates = others.map((batch) => batch.reduce((sum, n, j) => sum + row[j]! * densities[n]!, 0))
    const mean = estimates.reduce((a, b) => a + b) / estimates.length
    expect(mean).toBeCloseTo(densities.reduce((a, b) => a + b) / 4, 6)
  })
})

describe('pairwiseLogDensity', () => {
  it('is log q(zᵃ_j | xᵇ) for every a, b and j', () => {
    fc.assert(
      fc.property(examples, (rows) => {
        const pairs = pairwiseLogDensity(column(rows, 'z'), posteriorOf(rows))
        expect(pairs.shape).toEqual([rows.length, rows.length, 2])
        rows.forEach((sample, a) => {
          rows.forEach((from, b) => {
            for (const j of [0, 1] as const) {
              const exact = logDensity(sample, from, j)
              const found = pairs.data[(a * rows.length + b) * 2 + j]!
              expect(Math.abs(found - exact)).toBeLessThan(1e-5 * (1 + Math.abs(exact)))
            }
          })
        })
      }),
    )
  })
})

describe('decomposeKl', () => {
  it('sums to log q(z | x) − log p(z) of the sample', () => {
    fc.assert(
      fc.property(sampling, examples, fc.nat(1000), (kind, rows, more) => {
        const parts = partsOf(rows, kind, rows.length + more)
        rows.forEach((row, i) => {
          const logPosterior = logDensity(row, row, 0) + logDensity(row, row, 1)
          const logPrior = -0.5 * (row.z[0] ** 2 + row.z[1] ** 2) - Math.log(2 * Math.PI)
          const total = Object.values<Tensor<[number]>>(parts).reduce((sum, part) => sum + part.data[i]!, 0)
          const largest = Math.max(
            ...Object.values<Tensor<[number]>>(parts).map((part) => Math.abs(part.data[i]!)),
          )
          // What cancels in the sum was rounded at its own size, of terms up to e³ · 36 / 2.
          expect(Math.abs(total - (logPosterior - logPrior))).toBeLessThan(
            1e-5 * (1 + largest + Math.abs(logPosterior)),
          )
        })
      }),
    )
  })

  it('is exact when the batch is the data set and the sampling stratified', () => {
    fc.assert(
      fc.property(examples, (rows) => {
        const parts = partsOf(rows, 'stratified', rows.length)
        rows.forEach((sample, i) => {
          const [first, second] = ([0, 1] as const).map((j) =>
            rows.map((from) => logDensity(sample, from, j)),
          )
          const logMean = (logs: readonly number[]): number => {
            const largest = Math.max(...logs)
            return largest + Math.log(logs.reduce((sum, x) => sum + Math.exp(x - largest), 0) / rows.length)
          }
          const joint = logMean(first!.map((x, b) => x + second![b]!))
          const exact = joint - logMean(first!) - logMean(second!)
          expect(Math.abs(parts.totalCorrelation.data[i]! - exact)).toBeLessThan(2e-5 * (1 + Math.abs(joint)))
        })
      }),
    )
  })

  it('finds no total correlation where dimensions are independent over the data set', () => {
    // The means are a grid, so that q(z) is a product.
    const rows = [-1, 0, 2].flatMap((a) =>
      [-3, 1].map((b): Example => ({ z: [a, b], mean: [a, b], logVar: [0, -1] })),
    )
    for (const tc of partsOf(rows, 'stratified', 6).totalCorrelation.data)
      expect(Math.abs(tc)).toBeLessThan(1e-5)
  })

  it('does not see padding: neither its parts nor their gradient', () => {
    const tail = fc.array(example, { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(sampling, examples, tail, fc.nat(100), (kind, rows, padding, more) => {
        const all = [...rows, ...padding]
        const weights = all.map((_, i) => (i < rows.length ? 1 : 0))
        const n = rows.length + more
        const [alone, padded] = [partsOf(rows, kind, n), partsOf(all, kind, n, weights)]
        for (const name of ['mutualInformation', 'totalCorrelation', 'dimensionWiseKl'] as const)
          alone[name].data.forEach((x, i) => {
            expect(Math.abs(padded[name].data[i]! - x)).toBeLessThan(1e-5 * (1 + Math.abs(x)))
          })
        const loss = (posterior: DiagonalGaussian<number, 2>) => {
          const { totalCorrelation } = decomposeKl(
            column(all, 'z'),
            posterior,
            tensor([all.length], weights) as Tensor<[number]>,
            {
              sampling: kind,
              datasetSize: n,
              logPrior: zeros([all.length]),
            },
          )
          return weightedMean(totalCorrelation, tensor([all.length], weights) as Tensor<[number]>)
        }
        for (const { tensor: leaf } of leaves(grad(loss)(posteriorOf(all))))
          for (const x of leaf.data.slice(2 * rows.length)) expect(x + 0).toBe(0)
      }),
    )
  })

  it('has the gradient of central differences', () => {
    const [z, mean, logVar] = [0, 1, 2].map((seed): Tensor<[4, 2]> => normal(key(seed), [4, 2]))
    const parts = (p: { z: Tensor<[4, 2]>; posterior: DiagonalGaussian<4, 2> }): KlParts<4> =>
      decomposeKl(p.z, p.posterior, tensor([4], [1, 1, 1, 0]), {
        sampling: 'stratified',
        datasetSize: 10,
        logPrior: full([4], -2),
      })
    const report = checkGradients(
      (p: { z: Tensor<[4, 2]>; posterior: DiagonalGaussian<4, 2> }) => sum(parts(p).totalCorrelation, [0]),
      [{ z: z!, posterior: { mean: mean!, logVar: logVar! } }],
    )
    expect(report).toEqual({ checked: 24, unsettled: 0 })
  })
})

describe('aggregateLogDensity', () => {
  it('takes samples that are not of the examples', () => {
    const density = aggregateLogDensity(
      zeros([1, 2]),
      { mean: zeros([3, 2]), logVar: zeros([3, 2]) },
      full([1, 3], -Math.log(3)),
    )
    expect(density.joint.data[0]).toBeCloseTo(-Math.log(2 * Math.PI), 5)
    expect(density.marginals.data[1]).toBeCloseTo(-Math.log(2 * Math.PI) / 2, 5)
  })
})
