import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { statusLine } from '../process.mjs'
import { parseOptions } from './command-line.mjs'
import { writeInputs } from './inputs.mjs'
import { measure } from './measure.mjs'
import { installPeers } from './peers.mjs'
import { ceilingText, gflops, legend, machine, record, workText } from './report.mjs'
import { createRoofline } from './roofline.mjs'
import { works } from './works.mjs'

const jsonLines = (name, work, results) =>
  results
    .filter(({ absent }) => absent === undefined)
    .map((result) =>
      JSON.stringify({
        work: name,
        system: result.system.name,
        threads: result.threads,
        ms: result.ms,
        gflops: gflops(work, result),
      }),
    )

/** A folder that is gone when this process is, also after Ctrl-C. */
const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'vae-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  return folder
}

/** `npm run bench`: see `--help`. */
export const bench = async (args) => {
  const options = parseOptions(args)
  if (options === null) return
  const { only, threads, rounds } = options
  // with --json nothing but JSON goes to standard output
  const say = options.json ? console.error : console.log
  await installPeers(say)
  const where = machine()
  say(where)
  say(legend(rounds))
  const folder = temporaryFolder()
  // some systems have one thread whatever is asked for
  const roofline = await createRoofline([...new Set([1, ...threads])])
  const line = statusLine(process.stderr)
  const measured = []
  try {
    for (const name of only) {
      const work = works[name]
      const inputs = join(folder, name)
      writeInputs(inputs, work)
      const results = await measure(inputs, options, {
        beforeEntering: (system) => line.show(`${name}: warming up ${system.label}`),
        eachRound: (round) => {
          line.show(`${name}: round ${round + 1} of ${rounds}`)
          return roofline.measure()
        },
      })
      rmSync(inputs, { recursive: true })
      line.clear()
      measured.push({ work, results })
      say(workText(work, results, threads, roofline))
      if (options.json) for (const one of jsonLines(name, work, results)) console.log(one)
    }
  } finally {
    line.clear()
    await roofline.close()
  }
  say(`\n${ceilingText(roofline)}`)
  if (options.record) record(measured, threads, roofline, rounds, where)
}
