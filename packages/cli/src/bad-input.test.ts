import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mnistFileNames } from '@vae/data'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ran, vae } from './testing/command.ts'
import { writeDigits } from './testing/digits-folder.ts'

let root = ''
let data = ''
let run = ''

const tiny = ['--hidden', '4', '--latent', '2', '--batch', '10', '--epochs', '1', '--engine', 'reference']

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-cli-'))
  data = await writeDigits(join(root, 'data'), 40, 20)
  const trained = await vae('train', '--folder', data, '--out', root, '--name', 'run', ...tiny)
  expect(trained).toMatchObject({ code: 0, err: '' })
  run = join(root, 'run')
})

afterAll(() => rm(root, { recursive: true, force: true }))

/** One sentence on standard error, nothing on standard output, exit code 1, no trace. */
const expectSentence = ({ code, out, err }: Ran, sentence: string | RegExp): void => {
  expect(err).toMatch(/^vae: [^\n]+\n$/)
  expect(err).not.toMatch(/this is a bug|\bat .*:\d+:\d+/)
  expect(err.slice('vae: '.length, -1)).toMatch(sentence)
  expect({ code, out }).toEqual({ code: 1, out: '' })
}

describe('a wrong command line', () => {
  it.each([
    [['train', '--epochs', '-3'], '--epochs: expected a whole number from 1 to 1000000, got -3'],
    [['train', '--batch', '0'], '--batch: expected a whole number from 1 to 65536, got 0'],
    [['train', '--threads', '0'], '--threads: expected a whole number from 1 to 256, got 0'],
    [['train', '--lr', 'abc'], '--lr: expected a number above 0, at most 1000, got abc'],
    [['train', '--latent', '1.5'], '--latent: expected a whole number from 1 to 65536, got 1.5'],
    [['train', '--beta', '-1'], '--beta: expected a number from 0 to 1000000, got -1'],
    [['train', '--engine', 'gpu'], '--engine: expected wasm or reference, got gpu'],
    [['train', '--name', '../x'], '--name: expected a name of letters, digits, dots, dashes and underscores'],
    [['train', '--epoch', '3'], "unknown option '--epoch' (did you mean --epochs?)"],
    [['train', '--nonsense'], "unknown option '--nonsense'"],
    [['train', '--lr'], "option '--lr <x>' argument missing"],
    [['trian'], "unknown command 'trian' (did you mean train?)"],
    [['evaluate'], "missing required argument 'run'"],
    [['evaluate', 'x', '--samples', '0'], '--samples: expected a whole number from 1 to 1000000, got 0'],
    [
      ['evaluate', 'x', '--metrics', 'nll,'],
      '--metrics: expected names of metrics with commas between them, got nll,',
    ],
    [['sample', 'x', '--count', '0'], '--count: expected a whole number from 1 to 10000, got 0'],
    [
      ['train', '--hidden', '65536', '--latent', '65536'],
      'expected a model of at most 50 million parameters, got one of 12,988 million: choose smaller sizes',
    ],
    [
      ['train', '--batch', '65536'],
      'expected at most 100 million numbers between layers in a step, batch 65536',
    ],
    [['train', '--model', 'gan'], '--model: expected ae, vae, beta-vae, '],
    [['train', '--data', 'cifar'], '--data: expected mnist, fashion-mnist, dsprites or mixture, got cifar'],
    [['train', '--codes', '8'], '--codes does not belong to --model vae, but to vq-vae, rvq, grouped-vq'],
    [
      ['train', '--model', 'vq-vae', '--latent', '8'],
      '--latent does not belong to --model vq-vae, but to ae, vae,',
    ],
    [['train', '--model', 'iwae', '--beta', '2'], '--beta does not belong to --model iwae, but to vae,'],
    [
      ['train', '--model', 'ciwae', '--beta', '2'],
      '--beta: ciwae mixes two bounds with a share from 0 to 1, got 2',
    ],
    [['train', '--model', 'ae', '--active-dimensions'], '--active-dimensions does not belong to --model ae'],
    [
      ['train', '--sigma', '1'],
      '--sigma belongs to --likelihood gaussian or laplace, the likelihood is bernoulli',
    ],
    [
      ['train', '--components', '3'],
      '--components belongs to --prior mixture or vamp, the prior is standard',
    ],
    [['train', '--flow-steps', '3'], '--flow-steps belongs to --prior flow or --posterior iaf'],
    [['train', '--capacity', '3'], '--capacity belongs to --schedule capacity, the schedule is constant'],
    [['train', '--schedule-steps', '3'], '--schedule-steps belongs to a --schedule that is not constant'],
    [
      ['train', '--target-kl', '3', '--schedule', 'linear'],
      '--schedule does not go together with --target-kl',
    ],
    [['train', '--free-bits-per', 'total'], '--free-bits-per belongs to --free-bits'],
    [
      ['train', '--free-bits', '1', '--schedule', 'capacity'],
      '--free-bits does not go together with --schedule capacity',
    ],
    [
      ['train', '--free-bits', '1', '--prior', 'flow'],
      '--free-bits needs the KL of each dimension, which has no closed form with --prior flow',
    ],
    [['train', '--model', 'dreg', '--posterior', 'iaf'], '--model dreg needs --posterior gaussian, got iaf'],
    [
      ['train', '--model', 'beta-tcvae', '--posterior', 'iaf'],
      '--model beta-tcvae needs --posterior gaussian, got iaf',
    ],
    [
      ['train', '--data', 'mixture', '--network', 'conv'],
      '--network conv needs images, examples have shape [8]: use mlp',
    ],
    [
      ['train', '--data', 'mixture', '--binarise', 'static'],
      '--binarise needs images, Gaussian mixture has none',
    ],
    [
      ['train', '--data', 'mixture', '--likelihood', 'bernoulli'],
      '--likelihood bernoulli is one of intensities from 0 to 1',
    ],
    [
      ['train', '--data', 'mixture', '--folder', 'x'],
      'Gaussian mixture is made by the program and read from no folder',
    ],
    [['train', '--network', 'conv', '--hidden', '8,8'], '--hidden: --network conv takes one number, got 8,8'],
    [
      ['train', '--hidden', '8,x'],
      '--hidden: expected whole numbers from 1 to 65536 with commas between them',
    ],
    [
      ['train', '--network', 'residual', '--activation', 'tanh'],
      '--activation tanh does not belong to --network residual',
    ],
    [
      ['train', '--model', 'vq-vae', '--learning', 'gradient', '--restart', '0.1'],
      '--restart needs the averages of --learning ema',
    ],
    [
      ['train', '--model', 'vq-vae', '--learning', 'gradient', '--estimator', 'rotation'],
      '--estimator rotation needs a codebook of --learning ema',
    ],
    [
      ['train', '--model', 'rvq', '--metric', 'cosine'],
      "residualQuantizer: codes of metric 'cosine' have length 1",
    ],
    [
      ['train', '--model', 'grouped-vq', '--groups', '3'],
      'groupedQuantizer: 3 groups do not divide 16 features',
    ],
    [['train', '--model', 'fsq', '--levels', '8,1'], '--levels: expected whole numbers from 2 to 1000'],
    [['train', '--model', 'lfq', '--code-dimension', '32'], 'lfq: dimension must be 31 or less'],
    [['train', '--model', 'vq-vae', '--decay', '1'], '--decay: expected a number from 0 to below 1, got 1'],
    [
      ['train', '--model', 'vq-vae', '--data', 'mixture', '--limit', '20', '--batch', '5'],
      'kMeans: 32 clusters need as many vectors, got 20',
    ],
  ] as const)('%j', async (args, sentence) => {
    const { code, out, err } = await vae(...args)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^vae: [^\n]+\n$/)
    expect(err).toContain(sentence)
  })
})

describe('wrong data', () => {
  const train = (folder: string, ...more: readonly string[]) =>
    vae('train', '--folder', folder, '--out', join(root, 'none'), ...tiny, ...more)

  it('is told, and leaves no folder behind', async () => {
    expectSentence(
      await train(join(root, 'nowhere')),
      /^cannot read .*train-images-idx3-ubyte: neither it nor/,
    )
    const damaged = join(root, 'damaged')
    await cp(data, damaged, { recursive: true })
    const images = join(damaged, mnistFileNames.trainImages)
    const bytes = await readFile(images)
    await writeFile(images, bytes.subarray(0, 1000))
    expectSentence(await train(damaged), /: truncated: the header promises 40×28×28 = 31360 bytes/)
    await writeFile(images, 'no images')
    expectSentence(await train(damaged), /: not an IDX file: /)
    expectSentence(await train(data, '--limit', '3'), /^--batch 10 is more than the 3 training images/)
    expect(await readdir(root)).not.toContain('none')
  })
})

describe('a wrong place', () => {
  it('is told', async () => {
    const file = join(root, 'file')
    await writeFile(file, '')
    const train = (...args: readonly string[]) => vae('train', '--folder', data, ...tiny, ...args)
    expectSentence(
      await train('--out', root, '--name', 'run'),
      /run is a run already: continue it with vae resume/,
    )
    expectSentence(
      await train('--out', root, '--name', 'data'),
      /data is not empty: choose another --name or --out$/,
    )
    expectSentence(await train('--out', file), /file as a folder for runs: it is not a folder$/)
    expectSentence(await vae('sample', run, '--out', join(file, 'a.png')), /^cannot make the folder .*file/)
    expectSentence(
      await vae('sample', run, '--out', 'a.svg'),
      /^--out: expected a name that ends with \.png for this run, got a\.svg$/,
    )
    expectSentence(await vae('sample', run, '--out', root), /^cannot write .*: it is a folder, not a file/)
  })
})

describe('a metric', () => {
  it('that is unknown or does not apply is told with those that do', async () => {
    const known =
      'this run has elbo, squared-error, active-units, nll, ais, kl-per-dimension, aggregate, frechet-prior, frechet-features'
    const evaluate = (...args: readonly string[]) => vae('evaluate', run, ...args)
    expectSentence(await evaluate('--metrics', 'elbo,fid'), `--metrics: there is no metric fid: ${known}`)
    expectSentence(
      await evaluate('--metrics', 'codebook'),
      `--metrics: codebook does not apply to this run: ${known}`,
    )
    expectSentence(
      await evaluate('--metrics', 'elbo', '--samples', '5'),
      '--samples belongs to the metrics nll and ais, neither is measured here',
    )
    expect(await readdir(run)).not.toContain('evaluation.json')
  })
})

describe('a damaged run', () => {
  let copies = 0
  const damaged = async (
    name: string,
    change: (bytes: Buffer) => string | Uint8Array | null,
  ): Promise<string> => {
    const folder = join(root, `damaged-${copies++}`)
    await cp(run, folder, { recursive: true })
    const file = join(folder, name)
    const changed = change(await readFile(file))
    await (changed === null ? rm(file) : writeFile(file, changed))
    return folder
  }

  it.each(['evaluate', 'resume', 'sample', 'reconstruct'])('is told by vae %s', async (command) => {
    expectSentence(
      await vae(command, join(root, 'nowhere')),
      /nowhere is not the folder of a run: expected config/,
    )
    expectSentence(await vae(command, data), /data is not the folder of a run: expected config.json in it$/)
    const cases: readonly (readonly [string, (bytes: Buffer) => string | Uint8Array | null, RegExp])[] = [
      ['config.json', () => '{', /config\.json: not JSON: /],
      [
        'config.json',
        (bytes) => bytes.toString().replace('"latent": 2', '"latent": 0'),
        /config\.json: model\.latent: /,
      ],
      [
        'config.json',
        (bytes) => bytes.toString().replace('"latent": 2', '"latent": 3'),
        /checkpoint\.safetensors: \S+ must be f32 .* for this model, it is f32 /,
      ],
      ['checkpoint.safetensors', () => null, /^cannot read .*checkpoint\.safetensors: there is no such file/],
      ['checkpoint.safetensors', (bytes) => bytes.subarray(0, -1), /checkpoint\.safetensors: truncated: /],
      [
        'checkpoint.safetensors',
        () => 'nothing of the sort',
        /checkpoint\.safetensors: not a safetensors file: /,
      ],
    ]
    for (const [name, change, sentence] of cases)
      expectSentence(await vae(command, await damaged(name, change)), sentence)
  })

  it.each(['evaluate', 'resume'])('is told by vae %s when its evaluation is none', async (command) => {
    const folder = await damaged('config.json', (bytes) => bytes)
    await writeFile(join(folder, 'evaluation.json'), '{"format":"vae-evaluation-1","metrics":{"nll":{}}}')
    expectSentence(await vae(command, folder), /evaluation\.json: metrics\.nll\.epoch: expected number/)
    expect(await readFile(join(folder, 'evaluation.json'), 'utf8')).toContain('"nll":{}')
  })

  it('is told by vae resume when its lines do not belong to it', async () => {
    const folder = await damaged('metrics.jsonl', (bytes) =>
      bytes.toString().replace('"epoch":1', '"epoch":7'),
    )
    expectSentence(
      await vae('resume', folder, '--epochs', '2'),
      /metrics\.jsonl: line 1: expected epoch 1, got 7$/,
    )
    const nonsense = await damaged('metrics.jsonl', () => 'nonsense\n')
    expectSentence(await vae('resume', nonsense), /metrics\.jsonl: line 1: not JSON/)
  })
})
