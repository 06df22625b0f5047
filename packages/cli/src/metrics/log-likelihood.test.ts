import { type Examples, examplesOf, exerciseMixture } from '@vae/data'
import { linearVae, type Rows } from '@vae/models/testing'
import { type AnyTensor, key, leaves, normal, type Tensor, tensor, unflatten } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { describeData } from '../data.ts'
import { buildModel, settingsFrom } from '../models/registry.ts'
import { ais, annealingFor } from './ais.ts'
import { chunksFor, sampledNll } from './log-likelihood.ts'
import type { Measured } from './metric.ts'
import { examplesFor, nll } from './nll.ts'

const description = describeData('mixture')
const [latent, features, sigma, shift, examples] = [2, 8, 0.7, 50, 40] as const

const built = buildModel(
  settingsFrom('vae', { hidden: [latent], latent, likelihood: 'gaussian', sigma }, description, 10),
  { example: [features], isImages: false, noun: 'example', trainExamples: 10 },
  'none',
)
if (E.isLeft(built)) throw new Error(built.left.message)
const model = built.right

const { data: weight } = normal(key(1), [latent, features])
const { data: bias } = normal(key(2), [features])
const through: Rows = Array.from({ length: features }, (_, i) =>
  Array.from({ length: latent }, (_, j) => weight[j * features + i]!),
)

/** A decoder whose ReLUs are all open, so that it is linear: W (z + 50) + b − 50 W 1. */
const decoder: Readonly<Record<string, readonly number[]>> = {
  'decoder.0.weight': [1, 0, 0, 1],
  'decoder.0.bias': [shift, shift],
  'decoder.1.weight': [...weight],
  'decoder.1.bias': through.map((row, i) => bias[i]! - shift * row.reduce((sum, w) => sum + w, 0)),
}

const start = model.init(key(3))
const params = unflatten(
  start.params,
  leaves(start.params).map(({ path, tensor: found }): AnyTensor => {
    const values = decoder[path]
    return values === undefined ? found : tensor([...found.shape], [...values])
  }),
)
const exact = linearVae(through, [...bias], sigma ** 2)

/** What the model is measured on: draws of its own. */
const rows: Tensor<[number, number]> = (() => {
  const z = normal(key(4), [examples, latent]).data
  const noise = normal(key(5), [examples, features]).data
  return tensor(
    [examples, features],
    Float32Array.from({ length: examples * features }, (_, place) => {
      const [n, i] = [Math.floor(place / features), place % features]
      return through[i]!.reduce((sum, w, j) => sum + w * z[n * latent + j]!, bias[i]! + sigma * noise[place]!)
    }),
  )
})()

const trueNll =
  Array.from({ length: examples }, (_, n) =>
    exact.logEvidence([...rows.data.slice(n * features, (n + 1) * features)]),
  ).reduce((sum, value) => sum - value, 0) / examples

const test = {
  ...exerciseMixture.draw(key(0), 1, 'test'),
  examples: examplesOf(rows) as Examples<number[], 'f32'>,
}

const measuredWith = async (samples: number): Promise<Measured> => ({
  engine: await wasmEngine({ threads: 1 }),
  model,
  description,
  testExamples: examples,
  trained: { params, state: {} },
  data: { train: test, test },
  pass: () => Promise.resolve({}),
  seen: () => test,
  samples,
  show: () => undefined,
  pause: () => Promise.resolve(),
})

describe('the likelihood of a linear VAE', () => {
  it('is what it is exactly, within the error of sampling', async () => {
    const found = await nll.measure(await measuredWith(20_000))
    const [value, error] = found
    expect(found.map(({ name }) => name)).toEqual(['nll', 'nllMonteCarloError'])
    expect(error!.value).toBeLessThan(0.05)
    expect(Math.abs(value!.value - trueNll)).toBeLessThan(4 * error!.value)
    expect(value!.unit).toBe('nats per example, by 20,000 samples each')
  })

  it('is the same by annealing', async () => {
    const found = Object.fromEntries(
      (await ais.measure(await measuredWith(1000))).map((row) => [row.name, row]),
    )
    expect(Math.abs(found.annealedNll!.value - trueNll)).toBeLessThan(
      4 * found.annealedNllMonteCarloError!.value,
    )
    expect(found.annealingGap!.value).toBeCloseTo(found.sampledNll!.value - found.annealedNll!.value, 6)
  })

  it('does not depend on how samples are cut, but for the noise that they get', async () => {
    const measured = await measuredWith(3000)
    const [small, large] = await Promise.all(
      [
        { batch: 7, chunk: 70 },
        { batch: 40, chunk: 1000 },
      ].map((cut) => sampledNll(measured, test, () => Promise.resolve(), cut)),
    )
    const error = Math.hypot(small!.monteCarloError, large!.monteCarloError)
    expect(Math.abs(small!.nll.mean - large!.nll.mean)).toBeLessThan(4 * error)
  })
})

describe('chunks', () => {
  it('fit into memory, and hold no more than there is', () => {
    const natural = fc.integer({ min: 1, max: 20_000 })
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e8, noNaN: true }),
        natural,
        natural,
        (numbers, count, samples) => {
          const { batch, chunk } = chunksFor({ numbers }, count, samples)
          expect(Math.min(batch, chunk)).toBeGreaterThanOrEqual(1)
          expect(batch).toBeLessThanOrEqual(count)
          expect(chunk).toBeLessThanOrEqual(samples)
          expect(batch * chunk === 1 || batch * chunk * numbers <= 4e6).toBe(true)
        },
      ),
    )
  })
})

describe('the work', () => {
  it('is bounded, whatever the model takes, and all there is where it takes little', () => {
    const available = fc.integer({ min: 1, max: 10_000 })
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), available, (multiplications, all) => {
        const annealing = annealingFor(multiplications, all)
        expect(annealing.examples).toBeLessThanOrEqual(Math.min(all, 100))
        expect(annealing.steps * annealing.examples * multiplications * 155).toBeLessThan(8e12)
        const examples = examplesFor(multiplications, all, 1000)
        expect(examples === Math.min(all, 100) || examples * multiplications * 1000 <= 5e12).toBe(true)
      }),
    )
    expect(annealingFor(1000, 10_000)).toEqual({ examples: 100, steps: 500 })
    expect(examplesFor(1000, 10_000, 1000)).toBe(10_000)
  })
})
