import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'

/** Runs an example and returns what it prints, one string for each call. */
const linesOf = async (file: string): Promise<string[]> => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await import(join(import.meta.dirname, file))
  return log.mock.calls.map((parts) => parts.join(' '))
}

afterEach(() => {
  vi.restoreAllMocks()
})

/** What is to be seen in the output of each example. */
const behaviour: Readonly<Record<string, (lines: readonly string[]) => void>> = {
  'autoencoder.ts': (lines) => {
    const losses = lines.map((line) => Number(line.split(' ')[1]))
    expect(losses).toHaveLength(5)
    for (const [index, loss] of losses.slice(1).entries()) expect(loss).toBeLessThan(losses[index]!)
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!)
  },
  'shapes.ts': (lines) =>
    expect(lines).toEqual([
      'known sizes: 5,3',
      'accepted: 100 weighted sums',
      'refused: images: expected [batch, 784], got [100, 780] (axis 1: 784 ≠ 780)',
      'refused: weights: expected [batch], got [99] (batch is both 100 and 99)',
    ]),
  'tape.ts': (lines) => {
    expect(lines[0]).toContain('input  %0 0: f32[]\n%1: f32[] = mul %0 %0\n%2: f32[] = mul %0 %1\noutput %2')
    expect(lines.slice(3)).toEqual(['at 3: 27, 27, 18', 'by grad: 27, 27, 18'])
  },
}

const files = readdirSync(import.meta.dirname).filter((file) => /^[^.]+\.ts$/.test(file))

test.each(files)('%s', async (file) => {
  const lines = await linesOf(file)
  expect(behaviour).toHaveProperty([file])
  behaviour[file]!(lines)
})

const pages = join(import.meta.dirname, '../docs/studies')
const studies = readdirSync(join(import.meta.dirname, 'studies'))
  .filter((file) => file.endsWith('.study.ts'))
  .map((file) => file.replace('.study.ts', ''))

test.each(studies)('the index of studies names %s', (name) => {
  expect(readFileSync(join(pages, 'README.md'), 'utf8')).toContain(`| [\`${name}\`](`)
})

test.each(readdirSync(pages).filter((file) => file.endsWith('.md')))(
  'what %s shows or links to exists',
  (page) => {
    const text = readFileSync(join(pages, page), 'utf8')
    const targets = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
    expect(targets.filter((target) => !existsSync(join(pages, target)))).toEqual([])
  },
)
