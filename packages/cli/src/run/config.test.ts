import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { decodeConfig, encodeConfig, type RunConfig } from './config.ts'

const configs: fc.Arbitrary<RunConfig> = fc.record({
  format: fc.constant('vae-run-1' as const),
  name: fc.string({ minLength: 1 }),
  model: fc.record({
    kind: fc.constant('mlp-vae' as const),
    features: fc.constant(784 as const),
    hidden: fc.integer({ min: 1, max: 2000 }),
    latent: fc.integer({ min: 1, max: 500 }),
  }),
  data: fc.record({
    name: fc.constant('MNIST' as const),
    folder: fc.option(fc.string({ minLength: 1 })),
    limit: fc.option(fc.integer({ min: 1, max: 60_000 })),
    trainImages: fc.integer({ min: 1000, max: 60_000 }),
    testImages: fc.integer({ min: 1, max: 10_000 }),
  }),
  training: fc.record({
    optimizer: fc.constant('adam' as const),
    epochs: fc.integer({ min: 1, max: 1000 }),
    batch: fc.integer({ min: 1, max: 1000 }),
    learningRate: fc.double({ min: 1e-8, max: 10, noNaN: true }),
    beta: fc.double({ min: 0, max: 10, noNaN: true }).map((beta) => beta + 0),
    seed: fc.maxSafeNat(),
  }),
  engine: fc.record({ name: fc.constantFrom('wasm' as const, 'reference' as const), features: fc.string() }),
  versions: fc.record({ vae: fc.string(), node: fc.string() }),
})

const problem = (text: string): string => {
  const result = decodeConfig(text, 'config.json')
  return E.isLeft(result) ? result.left.message : 'no problem'
}

const sample = fc.sample(configs, { seed: 1, numRuns: 1 })[0]!

describe('config', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(configs, (config) => {
        expect(decodeConfig(encodeConfig(config), 'config.json')).toEqual(E.right(config))
      }),
    )
  })

  it('says what is wrong and where', () => {
    expect(problem('{')).toMatch(/^config\.json: not JSON: /)
    expect(problem('[]')).toMatch(/^config\.json: expected object/)
    const { training, ...rest } = sample
    expect(problem(JSON.stringify(rest))).toBe('config.json: training: expected object, received undefined')
    expect(problem(encodeConfig({ ...sample, training: { ...training, epochs: -1 } }))).toMatch(
      /^config\.json: training\.epochs: /,
    )
    expect(problem(JSON.stringify({ ...sample, more: 1 }))).toMatch(/^config\.json: .*more/)
  })

  it('refuses a model that would fill the memory, and a batch larger than an epoch', () => {
    const large = { ...sample, model: { ...sample.model, hidden: 1e9 } }
    expect(problem(encodeConfig(large))).toMatch(/^config\.json: expected a model of at most 50 million/)
    const batch = { ...sample, training: { ...sample.training, batch: sample.data.trainImages + 1 } }
    expect(problem(encodeConfig(batch))).toMatch(/^config\.json: expected a batch of at most the /)
  })

  it('answers any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(problem(text)).toMatch(/^config\.json: /)
      }),
    )
  })
})
