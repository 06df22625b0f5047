// Compiles assembly/ into src/kernels.generated.ts, which carries the modules as base64 so that browsers and
// Node load them alike, without file access. Skips when the sources are those of the last build.
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const here = new URL('./', import.meta.url)
const target = new URL('src/kernels.generated.ts', here)

const options = [
  ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
  ['--enable', 'simd', '--enable', 'threads'],
  ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
].flat()

/** The builds by what they need of the machine, and the options that each adds. */
const builds = { simd128: [], 'relaxed-simd': ['--enable', 'relaxed-simd'] }

/** @param {string[]} more */
const compile = async (more) => {
  const { default: asc } = await import('assemblyscript/asc')
  /** @type {Uint8Array | undefined} */
  let binary
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', fileURLToPath(here), '--outFile', 'kernels.wasm', ...options, ...more],
    {
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents
      },
    },
  )
  if (error !== null || binary === undefined) {
    process.stderr.write(stderr.toString())
    process.exit(1)
  }
  return binary
}

const sources = (await readdir(new URL('assembly/', here))).filter((name) => name.endsWith('.ts')).sort()
const hash = createHash('sha256').update(JSON.stringify([options, builds]))
for (const name of ['../node_modules/assemblyscript/package.json', ...sources])
  hash.update(name).update(await readFile(new URL(`assembly/${name}`, here)))
const header = `// Built from assembly/ (sources ${hash.digest('hex').slice(0, 16)}): run build:kernels instead of editing.`

const previous = await readFile(target, 'utf8').catch(() => '')
if (!previous.startsWith(header)) {
  const entries = []
  for (const [name, more] of Object.entries(builds)) {
    const binary = await compile(more)
    entries.push(`  '${name}':\n    '${Buffer.from(binary).toString('base64')}',\n`)
    process.stdout.write(`kernels, ${name}: ${binary.length} bytes\n`)
  }
  const text = `${header}\nexport const kernelBinaries = {\n${entries.join('')}}\n`
  const temporary = new URL(`src/kernels.generated.ts.${process.pid}`, here)
  await writeFile(temporary, text)
  await rename(temporary, target)
}
