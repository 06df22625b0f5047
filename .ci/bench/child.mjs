// One system at one work: node child.mjs SYSTEM FOLDER {"threads": 1, …}. It prepares, prints {check, version, threads},
// with {firstStep} in milliseconds if it compiled one, and then, for each line with a number on its input, runs that
// many iterations and prints {ms}, or {error}.
import { createInterface } from 'node:readline'
import { readInputs } from './inputs.mjs'
import { stopwatch } from './stopwatch.mjs'

const [system, folder, options] = process.argv.slice(2)

const print = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

try {
  const { prepare } = await import(`./systems/${system}.mjs`)
  const { check, run, firstStep, ...about } = await prepare(readInputs(folder), JSON.parse(options))
  print({ check: await check(), firstStep: firstStep?.(), ...about })
  for await (const line of createInterface({ input: process.stdin })) {
    const elapsed = stopwatch()
    await run(Number(line))
    print({ ms: elapsed() })
  }
} catch (error) {
  print({ error: error.code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : String(error.message ?? error) })
}
process.exit()
