import { cp, mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePng } from '@vae/data'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { vae } from './testing/command.ts'
import { writeDigits } from './testing/digits-folder.ts'

let root = ''
let data = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-runs-'))
  data = await writeDigits(join(root, 'data'), 310, 50)
})

afterAll(() => rm(root, { recursive: true, force: true }))

const train = (name: string, epochs: number, engine: string, ...more: readonly string[]) => {
  const sizes = ['--hidden', '6', '--latent', '2', '--batch', '32', '--limit', '300', ...more]
  const place = ['--folder', data, '--out', root, '--name', name, '--engine', engine]
  return vae('train', ...place, ...sizes, '--epochs', String(epochs))
}

const read = (name: string, file: string) => readFile(join(root, name, file))

/** The metrics of a run without the times. */
const metrics = async (name: string): Promise<string> =>
  (await read(name, 'metrics.jsonl')).toString().replace(/,"seconds":[^}]*/g, '')

const expectSameRun = async (left: string, right: string): Promise<void> => {
  expect(await metrics(left)).toBe(await metrics(right))
  expect(
    (await read(left, 'checkpoint.safetensors')).equals(await read(right, 'checkpoint.safetensors')),
  ).toBe(true)
}

describe.each(['reference', 'wasm'])('a run on the %s engine', (engine) => {
  const name = (suffix: string): string => `${engine}-${suffix}`

  beforeAll(async () => {
    expect(await train(name('whole'), 3, engine)).toMatchObject({ code: 0 })
  })

  it('leaves all its files, and learns', async () => {
    expect((await readdir(join(root, name('whole')))).sort()).toEqual([
      'checkpoint.safetensors',
      'config.json',
      'interpolation.png',
      'metrics.jsonl',
      'reconstructions.png',
      'report.html',
      'samples.png',
      'traversals.png',
    ])
    const lines = (await metrics(name('whole'))).trim().split('\n')
    const elbos = lines.map((line) => JSON.parse(line).test.negativeElbo)
    expect(elbos).toHaveLength(3)
    expect(elbos[2]).toBeLessThan(elbos[0])
  })

  it('is the same again from the same seed, and another from another', async () => {
    await train(name('again'), 3, engine)
    await expectSameRun(name('whole'), name('again'))
    await train(name('other'), 3, engine, '--seed', '1')
    expect(await metrics(name('other'))).not.toBe(await metrics(name('whole')))
  })

  it('is the same when it is stopped and resumed', async () => {
    await train(name('stopped'), 1, engine)
    expect(await vae('resume', join(root, name('stopped')), '--epochs', '3')).toMatchObject({ code: 0 })
    await expectSameRun(name('whole'), name('stopped'))
  })

  it('is the same when it was killed between its checkpoint and its line', async () => {
    await train(name('killed'), 1, engine)
    const file = join(root, name('killed'), 'metrics.jsonl')
    await truncate(file, 20)
    await vae('resume', join(root, name('killed')), '--epochs', '3')
    await expectSameRun(name('whole'), name('killed'))
  })

  it('forgets lines beyond its checkpoint', async () => {
    await train(name('ahead'), 1, engine)
    await cp(join(root, name('whole'), 'metrics.jsonl'), join(root, name('ahead'), 'metrics.jsonl'))
    await vae('resume', join(root, name('ahead')), '--epochs', '3')
    await expectSameRun(name('whole'), name('ahead'))
  })

  it('is evaluated to the figures of its last line', async () => {
    const quick = ['--metrics', 'elbo,squared-error,active-units']
    const { code, out } = await vae('evaluate', join(root, name('whole')), '--json', ...quick)
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(1)
    const last = JSON.parse((await metrics(name('whole'))).trim().split('\n').at(-1)!)
    const { metrics: found, ...rest } = JSON.parse(out)
    expect(rest).toMatchObject({ examples: 50, epoch: 3 })
    for (const [name, { value }] of Object.entries<{ value: number }>(found))
      expect(value, name).toBe(last.test[name])
    expect((await vae('evaluate', join(root, name('whole')), ...quick)).out).toMatch(
      /−ELBO +\d+\.\d{3} +\d+\.\d{3}/,
    )
  })

  it('says that it has finished, and writes a report that was lost', async () => {
    const folder = join(root, name('whole'))
    const again = await vae('resume', folder)
    expect(again).toMatchObject({ code: 0, err: '' })
    expect(again.out).toMatch(
      /has finished its 3 epochs: train it further with npx vae resume .* --epochs 6\n$/,
    )
    await rm(join(folder, 'report.html'))
    await vae('resume', folder)
    expect((await read(name('whole'), 'report.html')).toString()).toContain('</html>')
  })

  it('draws pictures of the size that was asked for', async () => {
    const folder = join(root, name('whole'))
    const size = async (file: string) => {
      const picture = decodePng(await readFile(file), file)
      return E.isRight(picture) ? picture.right.shape.slice(0, 2) : picture.left.message
    }
    const samples = join(root, 'pictures', `${engine}.png`)
    expect(await vae('sample', folder, '--count', '5', '--out', samples)).toMatchObject({ code: 0 })
    expect(await size(samples)).toEqual([3 * (2 * 28 + 2), 3 * (3 * 28 + 4)])
    expect((await vae('reconstruct', folder, '--count', '12')).out).toMatch(
      /^wrote 12 test images and their /,
    )
    expect(await size(join(folder, 'reconstructions-12.png'))).toEqual([3 * (4 * 28 + 6), 3 * (10 * 28 + 18)])
  })
})

describe('a run', () => {
  it('gets the next free name', async () => {
    const out = join(root, 'named')
    const args = ['--folder', data, '--out', out, '--hidden', '2', '--latent', '1', '--epochs', '1']
    await vae('train', ...args)
    await vae('train', ...args)
    expect((await readdir(out)).sort()).toEqual(['mnist-vae-1', 'mnist-vae-2'])
  })

  it('works with a single image', async () => {
    const { code, err } = await train('single', 1, 'reference', '--limit', '1', '--batch', '1')
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  it('that diverges stops with a sentence and keeps its last good checkpoint', async () => {
    // Log-variances are clamped, so that it takes a likelihood whose errors are divided by next to nothing.
    const sharp = ['--likelihood', 'gaussian', '--sigma', '1e-18', '--lr', '1000']
    const { code, err } = await train('diverged', 3, 'wasm', ...sharp)
    expect(code).toBe(1)
    expect(err).toMatch(
      /vae: training stopped at step \d+: .* is (NaN|Infinity).*the first operation that left/,
    )
    expect(await vae('evaluate', join(root, 'diverged'), '--metrics', 'elbo,active-units')).toMatchObject({
      code: 0,
    })
  })

  it('refuses to go on with other data', async () => {
    await train('moved', 1, 'reference')
    const other = await writeDigits(join(root, 'other'), 200, 50)
    const { code, err } = await vae('resume', join(root, 'moved'), '--epochs', '2', '--folder', other)
    expect(code).toBe(1)
    expect(err).toBe('vae: the run was made with 300 training and 50 test images, the data has 200 and 50\n')
  })
})
