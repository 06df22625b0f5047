import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelKinds } from './models/registry.ts'
import { loadRun } from './run/load.ts'
import { succeed } from './testing/command.ts'
import { writeDigits } from './testing/digits-folder.ts'

let root = ''
let digits = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-models-'))
  digits = await writeDigits(join(root, 'digits'), 60, 30)
})

afterAll(() => rm(root, { recursive: true, force: true }))

const at = (name: string): string => join(root, name)

const train = (name: string, ...args: readonly string[]): Promise<string> =>
  succeed('train', '--out', root, '--name', name, ...args)

/** The lines of `metrics.jsonl` without the times. */
const metrics = async (name: string): Promise<readonly string[]> =>
  (await readFile(join(at(name), 'metrics.jsonl'), 'utf8'))
    .replace(/,"seconds":[^}]*/g, '')
    .trim()
    .split('\n')

const checkpoint = (name: string) => readFile(join(at(name), 'checkpoint.safetensors'))

const small = ['--data', 'mixture', '--limit', '90', '--hidden', '8', '--batch', '20']

/** Every model, with the options that make its step and its state as rich as they can be. */
const models: readonly (readonly string[])[] = [
  ['ae'],
  ['vae', '--schedule', 'cyclical', '--schedule-steps', '4', '--free-bits', '0.1'],
  ['vae', '--target-kl', '1'],
  ['vae', '--schedule', 'capacity', '--schedule-steps', '6', '--capacity', '2', '--active-dimensions'],
  ['beta-vae', '--prior', 'vamp', '--components', '5', '--posterior', 'iaf'],
  ['beta-tcvae', '--sampling', 'weighted', '--prior', 'mixture'],
  ['factor-vae', '--discriminator-hidden', '8', '--prior', 'flow'],
  ['iwae', '--samples', '3', '--likelihood', 'learned-gaussian', '--activation', 'tanh'],
  ['miwae', '--samples', '2', '--outer', '2', '--likelihood', 'laplace'],
  ['ciwae', '--samples', '2', '--beta', '0.3', '--likelihood', 'squared-error'],
  ['dreg', '--samples', '2', '--likelihood', 'optimal-gaussian'],
  ['vq-vae', '--estimator', 'rotation', '--entropy', '0.1'],
  ['vq-vae', '--learning', 'gradient', '--metric', 'cosine'],
  ['rvq', '--stage-dropout', '--codes', '8'],
  ['grouped-vq', '--kmeans', 'off'],
  ['fsq', '--levels', '4,3'],
  ['lfq', '--code-dimension', '4'],
]

it('every model is tested', () => {
  expect([...new Set(models.map(([kind]) => kind))].sort()).toEqual([...modelKinds].sort())
})

/** A name for a run with these options. */
const nameOf = (options: readonly string[]): string => options.join('').replaceAll(/[^\w.]/g, '-')

/** The metrics that one pass over the data gives. */
const passNames = async (folder: string): Promise<string> => {
  const run = await loadRun(folder)()
  if (E.isLeft(run)) throw new Error(run.left.message)
  return run.right.model.metrics.map(({ name }) => name).join(',')
}

/** Trains a run for an epoch, resumes it for another, and expects the bits of one that was never stopped. */
const expectSameWhenResumed = async (name: string, ...asked: readonly string[]): Promise<void> => {
  await succeed('resume', at(name), '--epochs', '2')
  await train(`${name}-whole`, ...asked, '--epochs', '2')
  expect(await metrics(name)).toEqual(await metrics(`${name}-whole`))
  expect((await checkpoint(name)).equals(await checkpoint(`${name}-whole`))).toBe(true)
}

/** One of each family, and those whose state is more than parameters. */
const isResumed = (kind: string, options: readonly string[]): boolean =>
  ['ae', 'beta-tcvae', 'factor-vae', 'iwae', 'rvq'].includes(kind) ||
  options.includes('--target-kl') ||
  options.includes('rotation')

describe('on the mixture', () => {
  it.each(models)('%s %s %s %s', async (kind, ...options) => {
    const name = nameOf([kind!, ...options])
    const asked = ['--model', kind!, ...options, ...small]
    await train(name, ...asked, '--epochs', '1')
    const quick = await passNames(at(name))
    const found = JSON.parse(await succeed('evaluate', at(name), '--json', '--metrics', quick))
    expect(found).toMatchObject({ model: kind, data: 'mixture', epoch: 1, examples: 90 })
    const values = Object.fromEntries(
      Object.entries<{ readonly value: number }>(found.metrics).map(([name, { value }]) => [name, value]),
    )
    expect(values).toEqual(JSON.parse((await metrics(name)).at(-1)!).test)
    expect(values.meanSquaredError).toBeGreaterThan(0)
    expect(await succeed('sample', at(name), '--count', '7')).toMatch(
      /^wrote 7 samples to .*samples-seed-0\.svg: decoded from /,
    )
    const points = (await readFile(join(at(name), 'samples-seed-0.svg'), 'utf8')).match(/<circle/g)
    // Behind the samples are the training examples.
    expect(points).toHaveLength(7 + 90)
    expect(await readdir(at(name))).toEqual(
      expect.arrayContaining(['reconstructions.svg', 'samples.svg', 'report.html']),
    )
    if (isResumed(kind!, options)) await expectSameWhenResumed(name, ...asked)
  })
})

describe('on images', () => {
  const onImages: readonly (readonly string[])[] = [
    ['ae', '--network', 'conv', '--hidden', '8'],
    ['vae', '--network', 'residual', '--hidden', '4'],
    ['vae', '--likelihood', 'continuous-bernoulli', '--hidden', '4,3', '--binarise', 'static'],
    ['vq-vae', '--hidden', '4', '--codes', '8'],
    ['rvq', '--network', 'conv', '--hidden', '4', '--codes', '4', '--stages', '2'],
    ['fsq', '--network', 'mlp', '--hidden', '4', '--levels', '3,3'],
  ]

  it.each(onImages)('%s %s %s %s %s', async (kind, ...options) => {
    const name = nameOf(['images', kind!, ...options])
    const asked = ['--model', kind!, ...options, '--data', 'fashion-mnist', '--folder', digits]
    await train(name, ...asked, '--batch', '20', '--epochs', '1')
    await succeed('sample', at(name), '--count', '3')
    const hasCodes = ['vq-vae', 'rvq', 'fsq'].includes(kind!)
    expect(await readdir(at(name))).toEqual(
      expect.arrayContaining([
        'reconstructions.png',
        'samples.png',
        'samples-seed-0.png',
        ...(hasCodes ? ['codebook.svg'] : ['interpolation.png', 'traversals.png']),
      ]),
    )
  })

  it('drawn anew in every step are the same when training is resumed', async () => {
    const asked = ['--folder', digits, '--binarise', 'dynamic', '--hidden', '4', '--batch', '20']
    await train('dynamic', ...asked, '--epochs', '1')
    await expectSameWhenResumed('dynamic', ...asked)
  })

  it('of dSprites', async () => {
    const args = ['--data', 'dsprites', '--network', 'mlp', '--hidden', '4', '--latent', '2']
    await train('dsprites', ...args, '--limit', '20', '--batch', '10')
  })
})
