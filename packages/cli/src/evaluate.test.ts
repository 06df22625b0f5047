import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { succeed } from './testing/command.ts'
import { writeDigits } from './testing/digits-folder.ts'

let root = ''
let digits = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-evaluate-'))
  digits = await writeDigits(join(root, 'digits'), 200, 60)
})

afterAll(() => rm(root, { recursive: true, force: true }))

const at = (name: string): string => join(root, name)

const train = (name: string, ...args: readonly string[]): Promise<string> =>
  succeed('train', '--out', root, '--name', name, '--hidden', '6', '--batch', '20', '--epochs', '1', ...args)

type Figures = Readonly<Record<string, { value: number; standardError: number | null; unit: string }>>

const figures = async (name: string, ...args: readonly string[]): Promise<Figures> =>
  JSON.parse(await succeed('evaluate', at(name), '--json', ...args)).metrics

const evaluation = async (name: string) =>
  JSON.parse(await readFile(join(at(name), 'evaluation.json'), 'utf8'))
const report = (name: string) => readFile(join(at(name), 'report.html'), 'utf8')

/** The files of a run that an evaluation must leave as they are. */
const kept = async (name: string): Promise<readonly (readonly [string, string])[]> => {
  const names = (await readdir(at(name))).filter((file) => !/^(evaluation\.json|report\.html)$/.test(file))
  return Promise.all(
    names.sort().map(async (file) => [file, await readFile(join(at(name), file), 'base64')] as const),
  )
}

describe('a VAE on the mixture', () => {
  beforeAll(() => train('vae', '--data', 'mixture', '--limit', '40', '--latent', '2'))

  it('shows all that applies, with units and errors, and keeps it', async () => {
    const before = await kept('vae')
    const found = await figures('vae', '--samples', '50')
    expect(Object.keys(found)).toEqual([
      'negativeElbo',
      'reconstruction',
      'kl',
      'meanSquaredError',
      'activeUnits',
      'nll',
      'nllMonteCarloError',
      'annealedNll',
      'annealedNllMonteCarloError',
      'sampledNll',
      'annealingGap',
      'annealingAcceptance',
      'klOfDimension1',
      'klOfDimension2',
      'mutualInformationOfCodes',
      'totalCorrelationOfCodes',
      'dimensionWiseKlOfCodes',
      'frechetToPrior',
    ])
    for (const [name, { value, standardError, unit }] of Object.entries(found)) {
      expect(value, name).toEqual(expect.any(Number))
      expect(standardError === null || standardError >= 0, name).toBe(true)
      expect(unit, name).not.toBe('')
    }
    expect(found.nll!.value).toBeLessThan(found.negativeElbo!.value)
    expect(found.klOfDimension1!.value + found.klOfDimension2!.value).toBeCloseTo(found.kl!.value, 4)
    const { metrics } = await evaluation('vae')
    expect(Object.keys(metrics)).toHaveLength(8)
    expect(metrics.nll).toMatchObject({ epoch: 1, figures: [{ name: 'nll', value: found.nll!.value }, {}] })
    expect(await report('vae')).toContain('<caption>vae evaluate after epoch 1</caption>')
    expect(await kept('vae')).toEqual(before)
  })

  it('gives the same figures again, and keeps those of other metrics', async () => {
    const before = await evaluation('vae')
    const found = await figures('vae', '--samples', '50', '--metrics', 'aggregate,nll,kl-per-dimension')
    expect(Object.keys(found)[0]).toBe('nll')
    expect(await evaluation('vae')).toEqual(before)
    const table = await succeed('evaluate', at('vae'), '--metrics', 'elbo')
    expect(table).toMatch(/^vae after epoch 1, over 40 test examples\n\n +value +standard error +unit\n−ELBO/)
  })

  it('shows what was measured before more training, and says so', async () => {
    await succeed('resume', at('vae'), '--epochs', '2')
    expect(await report('vae')).toContain(
      '<caption>vae evaluate after epoch 1: not the model of this report, which is that of epoch 2</caption>',
    )
    await succeed('evaluate', at('vae'), '--metrics', 'elbo')
    const page = await report('vae')
    expect(page).toContain('<caption>vae evaluate after epoch 2</caption>')
    expect(page).toContain('not the model of this report')
  })
})

it('shows a VQ-VAE on the mixture', async () => {
  await train('vq', '--data', 'mixture', '--limit', '40', '--model', 'vq-vae', '--codes', '4')
  const found = await figures('vq')
  expect(Object.keys(found)).toEqual([
    'reconstruction',
    'commitment',
    'meanSquaredError',
    'perplexity',
    'usage',
  ])
  expect(Object.keys((await evaluation('vq')).metrics)).toEqual([
    'reconstruction',
    'squared-error',
    'codebook',
  ])
  expect(await figures('vq', '--metrics', 'codebook')).toEqual({
    perplexity: found.perplexity,
    usage: found.usage,
  })
})

describe('on images', () => {
  it('measures a run of dynamic binarisation on the images that its lower bound is of', async () => {
    await train('dynamic', '--folder', digits, '--latent', '2', '--binarise', 'dynamic')
    const found = await figures('dynamic', '--metrics', 'elbo,kl-per-dimension,nll', '--samples', '200')
    expect(found.klOfDimension1!.value + found.klOfDimension2!.value).toBeCloseTo(found.kl!.value, 4)
    expect(found.nll!.value).toBeLessThan(found.negativeElbo!.value)
    expect(found.nll!.unit).toBe('nats per image, by 200 samples each')
  })

  it('counts bits where the likelihood is of levels', async () => {
    await train('levels', '--folder', digits, '--latent', '2', '--likelihood', 'discretised-logistic')
    const { nll, bitsPerDimension } = await figures('levels', '--metrics', 'nll', '--samples', '20')
    expect(bitsPerDimension!.value * 784 * Math.LN2).toBeCloseTo(nll!.value, 6)
  })

  it('compares samples with test images', async () => {
    await train('codes', '--folder', digits, '--model', 'fsq', '--levels', '3,3')
    const found = await figures('codes', '--metrics', 'frechet-features')
    expect(found.frechetOfTraining!.value).toBeLessThan(found.frechetOfSamples!.value)
    expect(found.frechetOfSamples!.unit).toContain("this project's own classifier")
    expect(found.classifierAccuracy!.unit).toBe('% of 60 test images')
  })
})
