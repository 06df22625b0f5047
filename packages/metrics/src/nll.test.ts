import { referenceEngine } from '@vae/autograd'
import { concat, key, normal, reshape, slice, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importanceSampledNll } from './nll.ts'
import {
  batchesOf,
  drawExamples,
  encode,
  exactLogLikelihoods,
  type LinearParams,
  linearParams,
  logWeightsOf,
} from './testing/linear-gaussian.ts'

interface Data {
  readonly x: Tensor<[number, 3]>
  readonly weights: Tensor<[number]>
}

/** The estimator of the linear model with noise for `chunk` samples at a time. */
const estimator = (chunk: number) =>
  importanceSampledNll(referenceEngine, {
    encode: (params: LinearParams, { x }: Data) => encode(params, x),
    logWeights: (params, { x }, posterior, noise) =>
      logWeightsOf(params, x, posterior, normal(noise, [chunk, x.shape[0], 2])),
  })

const examples = drawExamples(linearParams, key(11), 40)
const exact = exactLogLikelihoods(linearParams, examples)
const exactNll = -exact.reduce((sum, value) => sum + value, 0) / exact.length

describe('importanceSampledNll', () => {
  it('covers the exact log p(x) of the linear Gaussian model within its errors', async () => {
    const estimate = await estimator(100).run(linearParams, batchesOf(examples, 16), {
      samples: 1000,
      key: key(0),
    })
    // 4 standard errors for the mean; a wrong formula misses by hundreds.
    expect(Math.abs(estimate.nll.mean - exactNll)).toBeLessThan(4 * estimate.monteCarloError)
    const scores = Array.from(
      exact,
      (value, i) => (estimate.logLikelihoods[i]! - value) / estimate.monteCarloErrors[i]!,
    )
    // The mean of 40 squared scores is 1 ± √(2 / 40) if the errors are right: 4 standard deviations.
    const meanSquare = scores.reduce((sum, score) => sum + score ** 2, 0) / scores.length
    expect(Math.abs(meanSquare - 1)).toBeLessThan(4 * Math.sqrt(2 / 40))
    expect(estimate.monteCarloError).toBeLessThan(0.01)
  })

  it('falls towards the exact value as samples are added, on average', async () => {
    const nlls: number[] = []
    for (const samples of [1, 4, 16, 64]) {
      let total = 0
      for (let seed = 0; seed < 20; seed++)
        total += (await estimator(4).run(linearParams, batchesOf(examples, 40), { samples, key: key(seed) }))
          .nll.mean
      nlls.push(total / 20)
    }
    expect(nlls).toEqual([...nlls].sort((a, b) => b - a))
    expect(nlls.every((nll) => nll > exactNll)).toBe(true)
  })

  it('is exact from one sample where the posterior is exact, with no Monte-Carlo error', async () => {
    const constant = importanceSampledNll(referenceEngine, {
      encode: (_: LinearParams, { x }: Data) => x,
      logWeights: (_, __, x) => reshape(slice(x, 1, 0, 1), [1, x.shape[0]]),
    })
    const { nll, monteCarloErrors, effectiveSamples } = await constant.run(
      linearParams,
      batchesOf(examples, 7),
      { samples: 5, key: key(0) },
    )
    const mean = Array.from({ length: 40 }, (_, row) => -examples.data[row * 3]!).reduce((a, b) => a + b) / 40
    expect(nll.mean).toBeCloseTo(mean, 12)
    expect([...monteCarloErrors]).toEqual(Array(40).fill(0))
    expect([...effectiveSamples]).toEqual(Array(40).fill(5))
  })

  it('uses all requested samples, whatever the chunk', async () => {
    // Sample number s of a chunk has weight e^s: the mean tells which samples were used.
    const counting = (chunk: number) => {
      const rows = Array.from({ length: chunk }, (_, k) => [k, k]).flat()
      return importanceSampledNll(referenceEngine, {
        encode: (_: LinearParams, { x }: Data) => x,
        logWeights: () => tensor([chunk, 2], rows),
      })
    }
    const two = batchesOf(tensor([2, 3], [0, 0, 0, 0, 0, 0]), 2)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 30 }),
        async (chunk, samples) => {
          const { nll } = await counting(chunk).run(linearParams, two, { samples, key: key(0) })
          const weights = Array.from({ length: samples }, (_, s) => Math.exp(s % chunk))
          expect(nll.mean).toBeCloseTo(-Math.log(weights.reduce((a, b) => a + b) / samples), 10)
        },
      ),
    )
  })

  it('does not depend on the batch size, nor on the order, if the noise comes with the examples', async () => {
    const carried = importanceSampledNll(referenceEngine, {
      encode: (params: LinearParams, { x }: { x: Tensor<[number, 7]>; weights: Tensor<[number]> }) =>
        encode(params, slice(x, 1, 0, 3)),
      logWeights: (params, { x }, posterior) => {
        const b = x.shape[0]
        const noise = [slice(x, 1, 3, 5), slice(x, 1, 5, 7)].map((part) => reshape(part, [1, b, 2]))
        return logWeightsOf(params, slice(x, 1, 0, 3), posterior, concat([noise[0]!, noise[1]!], 0))
      },
    })
    const rows = concat([examples, normal(key(5), [40, 4])], 1) as Tensor<[number, 7]>
    const run = (data: Tensor<[number, 7]>, size: number) =>
      carried.run(linearParams, batchesOf(data, size), { samples: 2, key: key(0) })
    const whole = await run(rows, 40)
    for (const size of [1, 3, 16, 64]) expect(await run(rows, size)).toEqual(whole)
    const reversed = tensor(
      [40, 7],
      Array.from({ length: 280 }, (_, i) => rows.data[(39 - Math.floor(i / 7)) * 7 + (i % 7)]!),
    )
    const backwards = await run(reversed, 16)
    expect([...backwards.logLikelihoods].reverse()).toEqual([...whole.logLikelihoods])
    expect(Math.abs(backwards.nll.mean / whole.nll.mean - 1)).toBeLessThan(1e-12)
  })

  it('pauses after every chunk, and refuses a number of samples that is none', async () => {
    const seen: unknown[] = []
    const pause = async (progress: unknown) => void seen.push(progress)
    await estimator(4).run(linearParams, batchesOf(examples, 20), { samples: 6, key: key(0), pause })
    expect(seen).toEqual([
      { batches: 0, samples: 4 },
      { batches: 0, samples: 6 },
      { batches: 1, samples: 4 },
      { batches: 1, samples: 6 },
    ])
    await expect(estimator(4).run(linearParams, [], { samples: 0.5, key: key(0) })).rejects.toThrow(
      'importanceSampledNll: samples must be a whole number above 0, got 0.5',
    )
  })
})
