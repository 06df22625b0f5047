import { referenceEngine } from '@vae/autograd'
import { full, type Key, key, normal, type Tensor, tensor } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { type AisOptions, annealedNll } from './ais.ts'
import { linearSchedule, sigmoidalSchedule } from './annealing-schedule.ts'
import {
  batchesOf,
  drawExamples,
  exactLogLikelihoods,
  type LinearParams,
  linearParams,
  logLikelihood,
  logPrior,
} from './testing/linear-gaussian.ts'

interface Data {
  readonly x: Tensor<[number, 3]>
  readonly weights: Tensor<[number]>
}

const model = {
  samplePrior: (_: LinearParams, { x }: Data, from: Key): Tensor<[number, 2]> =>
    normal(from, [x.shape[0], 2]),
  logPrior: (_: LinearParams, z: Tensor<[number, number]>) => logPrior(z as Tensor<[number, 2]>),
  logLikelihood: (params: LinearParams, { x }: Data, z: Tensor<[number, number]>) =>
    logLikelihood(params, x, z as Tensor<[number, 2]>),
}
const estimator = annealedNll(referenceEngine, model, 5)
const examples = drawExamples(linearParams, key(11), 12)
const exact = exactLogLikelihoods(linearParams, examples)
const exactNll = -exact.reduce((sum, value) => sum + value, 0) / exact.length

const run = (options: Partial<AisOptions>, size = 12) =>
  estimator.run(linearParams, batchesOf(examples, size), {
    schedule: linearSchedule(20),
    chains: 16,
    key: key(0),
    ...options,
  })

describe('annealedNll', () => {
  for (const [name, schedule] of [
    ['linear', linearSchedule(20)],
    ['sigmoidal', sigmoidalSchedule(20)],
  ] as const)
    it(`covers the exact log p(x) of the linear Gaussian model within its errors, ${name} schedule`, async () => {
      const { nll, monteCarloError, logLikelihoods, monteCarloErrors } = await run({ schedule })
      // 4 standard errors.
      expect(Math.abs(nll.mean - exactNll)).toBeLessThan(4 * monteCarloError)
      // An estimate that forgets a constant of one dimension misses by a nat.
      expect(monteCarloError).toBeLessThan(0.1)
      // Each example within 5 of its own, which sixteen chains know to a fifth.
      for (const [i, value] of exact.entries())
        expect(Math.abs(logLikelihoods[i]! - value)).toBeLessThan(5 * monteCarloErrors[i]!)
    })

  it('knows more after more steps', async () => {
    const few = await run({ schedule: linearSchedule(2) })
    const many = await run({ schedule: linearSchedule(40) })
    // In the limit the error falls as 1 / √steps: to a quarter, of which half is asked.
    expect(many.monteCarloError).toBeLessThan(few.monteCarloError / 2)
  })

  it('accepts about 0.65 of the proposals after adaptation, from any first step size', async () => {
    for (const stepSize of [0.02, 2]) {
      const { acceptance } = await run({ schedule: linearSchedule(150), chains: 2, stepSize })
      // Adaptation from far off takes some fifty of 150 steps, all of which are accepted.
      expect(Math.abs(acceptance - 0.65)).toBeLessThan(0.2)
    }
  })

  it('is importance sampling from the prior with a single step', async () => {
    const z = tensor([12, 2], normal(key(7), [12, 2]).data) as Tensor<[number, 2]>
    const fixed = annealedNll(referenceEngine, { ...model, samplePrior: () => z }, 1)
    const { logLikelihoods } = await fixed.run(linearParams, batchesOf(examples, 12), {
      schedule: linearSchedule(1),
      chains: 3,
      key: key(0),
    })
    expect([...logLikelihoods]).toEqual([...logLikelihood(linearParams, examples, z).data])
  })

  it('leaves padding out, and agrees between batch sizes within the Monte-Carlo error', async () => {
    const whole = await run({})
    const parts = await run({}, 5)
    expect(parts.logLikelihoods).toHaveLength(12)
    const error = Math.hypot(whole.monteCarloError, parts.monteCarloError)
    expect(Math.abs(whole.nll.mean - parts.nll.mean)).toBeLessThan(4 * error)
  })

  it('is the same for the same key, and pauses after every step', async () => {
    const seen: unknown[] = []
    const options = { schedule: linearSchedule(2), chains: 1 }
    const first = await run({
      ...options,
      pause: async (progress) => {
        seen.push(progress)
      },
    })
    expect(await run(options)).toEqual(first)
    expect(seen).toEqual([
      { batches: 0, chains: 0, steps: 1 },
      { batches: 0, chains: 0, steps: 2 },
      { batches: 0, chains: 1, steps: 1 },
      { batches: 0, chains: 1, steps: 2 },
    ])
  })

  it('refuses a proposal whose energy is not a number', async () => {
    const broken = annealedNll(
      referenceEngine,
      { ...model, logPrior: (_: LinearParams, z) => full([z.shape[0]], Number.NaN) },
      1,
    )
    const { acceptance } = await broken.run(linearParams, batchesOf(examples, 12), {
      schedule: linearSchedule(2),
      chains: 1,
      key: key(0),
    })
    expect(acceptance).toBe(0)
  })

  it('refuses schedules and counts that are none', async () => {
    await expect(run({ schedule: Float64Array.of(0, 0.5) })).rejects.toThrow(
      'annealedNll: the schedule must ascend from 0 to 1',
    )
    await expect(run({ chains: 0 })).rejects.toThrow(
      'annealedNll: chains must be a whole number above 0, got 0',
    )
  })
})
