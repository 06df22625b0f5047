import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, runNode, runPnpm } from '../process.mjs'
import { pnpmVersion } from '../workspace.mjs'

const tools = [
  { name: 'publint', script: 'node_modules/publint/src/cli.js', args: (file) => ['run', file, '--strict'] },
  {
    name: 'attw',
    script: 'node_modules/@arethetypeswrong/cli/dist/index.js',
    args: (file) => [file, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'],
  },
]

/** Maps `items` with as many calls of `work` under way as there are cores. */
const mapInParallel = async (items, work) => {
  const results = new Array(items.length)
  const queue = items.entries()
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
  return results
}

const inspect = async (folder, file) => {
  const results = []
  for (const { name, script, args } of tools) {
    const { code, output } = await runNode(script, args(join(folder, file)))
    results.push({ title: `${name} on ${file}`, ok: code === 0, output })
  }
  return results
}

/** Packs every package as it would be published and asks publint and attw what they think of it. */
export const packages = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vae-pack-'))
  try {
    const packed = await runPnpm(pnpmVersion, ['--recursive', 'pack', '--pack-destination', folder])
    if (packed.code !== 0) throw new Failure(packed.output)
    const files = readdirSync(folder).sort()
    const results = (await mapInParallel(files, (file) => inspect(folder, file))).flat()
    const failed = results.filter(({ ok }) => !ok)
    for (const { title, output } of failed) console.error(`${title}:\n${output}`)
    console.log(`${files.length} packages, ${failed.length} complaints`)
    if (failed.length > 0)
      throw new Failure('', { passed: results.length - failed.length, failed: failed.length })
    return results.length
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
