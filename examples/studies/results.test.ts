import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resultsIn } from './results.ts'

test('results of runs are kept, and there is none of a run that was not made', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'results-'))
  try {
    const results = await resultsIn<{ readonly nll: number }>(join(folder, 'study'))
    await results.write('vae-1', { nll: 86.76 })
    const again = await resultsIn<{ readonly nll: number }>(join(folder, 'study'))
    expect(await again.read('vae-1')).toEqual({ nll: 86.76 })
    expect(await again.read('vae-2')).toBe(null)
  } finally {
    await rm(folder, { recursive: true })
  }
})
