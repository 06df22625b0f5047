// One system at one work: node child.mjs SYSTEM FOLDER. It prepares, prints {check, version, threads} and then, for
// each line with a number on its input, runs that many iterations and prints {ms}, or {error}.
import { createInterface } from 'node:readline'
import { readInputs } from './inputs.mjs'

const [system, folder] = process.argv.slice(2)

const print = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

try {
  const { prepare } = await import(`./systems/${system}.mjs`)
  const { check, run, ...about } = await prepare(readInputs(folder))
  print({ check: await check(), ...about })
  for await (const line of createInterface({ input: process.stdin })) {
    const begin = performance.now()
    await run(Number(line))
    print({ ms: performance.now() - begin })
  }
} catch (error) {
  print({ error: error.code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : String(error.message ?? error) })
}
process.exit()
