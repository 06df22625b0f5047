// Compiles assembly/ into src/kernels.generated.ts, which carries the modules as base64, and worker/ into
// src/worker.generated.ts, which carries it as text, so that browsers and Node load them alike, without file access.
// Skips what was made from the same sources.
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

const here = new URL('./', import.meta.url)

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

/** Writes `src/<name>`, a module made of the `files`, unless the one there was made of the same. */
const generate = async (name, files, settings, make) => {
  const hash = createHash('sha256').update(JSON.stringify(settings))
  for (const file of files) hash.update(file).update(await readFile(new URL(file, here)))
  const header = `// Built (sources ${hash.digest('hex').slice(0, 16)}): run build:kernels instead of editing.`
  const target = new URL(`src/${name}`, here)
  const previous = await readFile(target, 'utf8').catch(() => '')
  if (previous.startsWith(header)) return
  const text = `${header}\n${await make()}`
  const temporary = new URL(`src/${name}.${process.pid}`, here)
  await writeFile(temporary, text)
  await rename(temporary, target)
}

const manifestOf = (name) => relative(fileURLToPath(here), require.resolve(`${name}/package.json`))
const kernels = (await readdir(new URL('assembly/', here))).filter((name) => name.endsWith('.ts')).sort()

await generate(
  'kernels.generated.ts',
  [manifestOf('assemblyscript'), ...kernels.map((name) => `assembly/${name}`)],
  [options, builds],
  async () => {
    const entries = []
    for (const [name, more] of Object.entries(builds)) {
      const binary = await compile(more)
      entries.push(`  '${name}':\n    '${Buffer.from(binary).toString('base64')}',\n`)
      process.stdout.write(`kernels, ${name}: ${binary.length} bytes\n`)
    }
    return `export const kernelBinaries = {\n${entries.join('')}}\n`
  },
)

await generate('worker.generated.ts', [manifestOf('typescript'), 'worker/worker.ts'], [], async () => {
  const { default: typescript } = await import('typescript')
  const source = await readFile(new URL('worker/worker.ts', here), 'utf8')
  const { outputText } = typescript.transpileModule(source, {
    compilerOptions: {
      target: typescript.ScriptTarget.ES2022,
      module: typescript.ModuleKind.ES2022,
      removeComments: true,
    },
  })
  // only types are imported, so what is left is a script
  const script = outputText.replace(/^export \{\};?$/m, '').trim()
  return `export const workerSource = ${JSON.stringify(script)}\n`
})
