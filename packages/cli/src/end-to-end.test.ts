import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeDigits } from './testing/digits-folder.ts'

/** The command as users have it: needs the build, which comes before the tests. */
const bin = fileURLToPath(new URL('../bin/vae.js', import.meta.url))

let root = ''
const running = new Set<ChildProcess>()

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-end-'))
  await writeDigits(join(root, 'data'), 2000, 50)
})

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

const start = (...args: readonly string[]) => {
  const child = spawn(process.execPath, [bin, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    running.delete(child)
    return { code, out, err }
  })
  /** Waits until standard output has `text`, or the process has ended. */
  const saying = async (text: string): Promise<void> => {
    while (!out.includes(text) && child.exitCode === null) await sleep(2)
  }
  return { child, ended, saying }
}

const epochs = 8

const train = (name: string) => {
  const sizes = ['--hidden', '16', '--latent', '2', '--batch', '20', '--epochs', String(epochs)]
  return start('train', '--folder', 'data', '--name', name, ...sizes)
}

const metrics = async (name: string): Promise<string> =>
  (await readFile(join(root, 'runs', name, 'metrics.jsonl'), 'utf8')).replace(/,"seconds":[^}]*/g, '')

const checkpoint = (name: string) => readFile(join(root, 'runs', name, 'checkpoint.safetensors'))

describe('vae', () => {
  it('survives being killed at any moment', async () => {
    expect(await train('whole').ended).toMatchObject({ code: 0 })
    const first = train('killed')
    await first.saying('epoch 1/')
    first.child.kill('SIGKILL')
    expect(await first.ended).toMatchObject({ code: null })
    for (const [epoch, delay] of [
      [3, 0],
      [5, 7],
      [7, 19],
    ] as const) {
      const resumed = start('resume', join('runs', 'killed'))
      await resumed.saying(`epoch ${epoch}/`)
      await sleep(delay)
      resumed.child.kill('SIGKILL')
      await resumed.ended
    }
    expect(await start('resume', join('runs', 'killed')).ended).toMatchObject({ code: 0 })
    expect(await metrics('killed')).toBe(await metrics('whole'))
    expect((await checkpoint('killed')).equals(await checkpoint('whole'))).toBe(true)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at %s with a checkpoint and says how to go on',
    async (signal) => {
      const interrupted = train(signal)
      await interrupted.saying('epoch 2/')
      interrupted.child.kill(signal)
      const { code, err } = await interrupted.ended
      expect(code).toBe(130)
      expect(err).toContain(`is saved: continue with npx vae resume ${join('runs', signal)}`)
      expect(await start('resume', join('runs', signal)).ended).toMatchObject({ code: 0 })
      expect(await metrics(signal)).toBe(await metrics('whole'))
    },
  )

  it('ends quietly when nobody reads on', async () => {
    const { child, ended } = start('train', '--help')
    child.stdout.destroy()
    expect(await ended).toMatchObject({ err: '' })
  })
})
