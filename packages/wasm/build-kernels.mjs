// Compiles assembly/ into src/kernels.generated.ts, which carries the module as base64 so that browsers and
// Node load it alike, without file access. Skips when the sources are those of the last build.
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

const sources = (await readdir(new URL('assembly/', here))).filter((name) => name.endsWith('.ts')).sort()
const hash = createHash('sha256').update(JSON.stringify(options))
for (const name of ['../node_modules/assemblyscript/package.json', ...sources])
  hash.update(name).update(await readFile(new URL(`assembly/${name}`, here)))
const header = `// Built from assembly/ (sources ${hash.digest('hex').slice(0, 16)}): run build:kernels instead of editing.`

const previous = await readFile(target, 'utf8').catch(() => '')
if (!previous.startsWith(header)) {
  const { default: asc } = await import('assemblyscript/asc')
  /** @type {Uint8Array | undefined} */
  let binary
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', fileURLToPath(here), '--outFile', 'kernels.wasm', ...options],
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
  const text = `${header}\nexport const kernelBytes =\n  '${Buffer.from(binary).toString('base64')}'\n`
  const temporary = new URL(`src/kernels.generated.ts.${process.pid}`, here)
  await writeFile(temporary, text)
  await rename(temporary, target)
  process.stdout.write(`kernels: ${binary.length} bytes\n`)
}
