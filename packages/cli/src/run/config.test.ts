import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type datasetNames, describeData } from '../data.ts'
import { type ModelKind, modelKinds, settingsFrom } from '../models/registry.ts'
import type { ModelOptions } from '../options/model-options.ts'
import { decodeConfig, encodeConfig, type RunConfig } from './config.ts'

const mixtureSettings: ModelOptions[] = [
  {},
  { schedule: 'cyclical', freeBits: 1 },
  { targetKl: 3 },
  { schedule: 'capacity', activeDimensions: true },
  { prior: 'vamp', posterior: 'iaf' },
]

/** The settings of every model as `vae train` makes them, for any data. */
const models: fc.Arbitrary<Pick<RunConfig, 'model' | 'data'>> = fc
  .record({
    kind: fc.constantFrom(...modelKinds),
    name: fc.constantFrom(
      'mnist' as const,
      'fashion-mnist' as const,
      'dsprites' as const,
      'mixture' as const,
    ),
    options: fc.constantFrom(...mixtureSettings),
    folder: fc.option(fc.string({ minLength: 1 })),
    limit: fc.option(fc.integer({ min: 1, max: 60_000 })),
    binarise: fc.constantFrom('none' as const, 'static' as const, 'dynamic' as const),
    trainExamples: fc.integer({ min: 1000, max: 60_000 }),
    testExamples: fc.integer({ min: 1, max: 10_000 }),
  })
  .map(({ kind, name, options, ...data }) => ({
    model: settingsFrom(kind, kind === 'vae' || kind === 'beta-vae' ? options : {}, describeData(name), 1000),
    data: { name, ...data },
  }))

const configs: fc.Arbitrary<RunConfig> = fc
  .record({
    rest: fc.record({
      format: fc.constant('vae-run-2' as const),
      name: fc.string({ minLength: 1 }),
      training: fc.record({
        optimizer: fc.constant('adam' as const),
        epochs: fc.integer({ min: 1, max: 1000 }),
        batch: fc.integer({ min: 1, max: 1000 }),
        learningRate: fc.double({ min: 1e-8, max: 10, noNaN: true }),
        seed: fc.maxSafeNat(),
      }),
      engine: fc.record({
        name: fc.constantFrom('wasm' as const, 'reference' as const),
        features: fc.string(),
      }),
      versions: fc.record({ vae: fc.string(), node: fc.string() }),
    }),
    models,
  })
  .map(({ rest, models }) => ({ ...rest, ...models }))

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

  it('has networks that suit the data where nothing is asked', () => {
    const networkOf = (kind: ModelKind, name: (typeof datasetNames)[number]) =>
      settingsFrom(kind, {}, describeData(name), 1).network.kind
    expect(networkOf('vae', 'mnist')).toBe('mlp')
    expect(networkOf('vae', 'dsprites')).toBe('conv')
    expect(networkOf('vq-vae', 'fashion-mnist')).toBe('residual')
    expect(networkOf('vq-vae', 'mixture')).toBe('mlp')
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

  it('refuses a batch larger than an epoch', () => {
    const batch = { ...sample, training: { ...sample.training, batch: sample.data.trainExamples + 1 } }
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
