import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNode } from '../process.mjs'
import { equivalent } from './equivalent.mjs'
import config from './stryker.config.mjs'

// node .ci/mutation/main.mjs [file …]: every change of the rules must fail a test, or be listed as equivalent.

const files = process.argv.slice(2)

/** The report of Stryker: https://github.com/stryker-mutator/mutation-testing-elements */
const report = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vae-mutation-'))
  const settings = join(folder, 'stryker.config.json')
  const fileName = join(folder, 'report.json')
  try {
    writeFileSync(
      settings,
      JSON.stringify({
        ...config,
        jsonReporter: { fileName },
        ...(files.length > 0 ? { mutate: files } : {}),
      }),
    )
    const { code } = await runNode('node_modules/@stryker-mutator/core/bin/stryker.js', ['run', settings], {
      inherit: true,
    })
    if (code !== 0) throw new Error(`Stryker ended with exit code ${code}.`)
    return JSON.parse(readFileSync(fileName, 'utf8')).files
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const oneLine = (text) => text.replace(/\s+/g, ' ').trim()

/** A mutant as the list names it. */
const named = (file, source, { mutatorName, location: { start, end }, replacement, status }) => {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const line = oneLine(lines[0])
  const last = lines.length - 1
  lines[last] = lines[last].slice(0, end.column - 1)
  lines[0] = lines[0].slice(start.column - 1)
  const text = oneLine(lines.join('\n'))
  return { file, line, mutator: mutatorName, source: text, replacement: oneLine(replacement), status }
}

const key = ({ file, line, mutator, source, replacement }) =>
  [file, line, mutator, source, replacement].join('\n')

const show = ({ file, line, mutator, source, replacement, status }) =>
  `${file}: ${mutator}${status ? ` (${status})` : ''} in\n    ${line}\n  - ${source}\n  + ${replacement}`

const mutants = Object.entries(await report()).flatMap(([file, { source, mutants }]) =>
  mutants.filter(({ status }) => status !== 'Ignored').map((mutant) => named(file, source, mutant)),
)
const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length
const dead = new Set(['Killed', 'Timeout'])
const survivors = mutants.filter(({ status }) => !dead.has(status))
const listed = new Set(equivalent.map(key))
const unexplained = survivors.filter((mutant) => !listed.has(key(mutant)))
const alive = new Set(mutants.filter(({ status }) => status !== 'Killed').map(key))
const mutated = new Set(mutants.map(({ file }) => file))
const stale = equivalent.filter(
  (entry) => (files.length === 0 || mutated.has(entry.file)) && !alive.has(key(entry)),
)

console.log(
  `${mutants.length} mutants: ${count('Killed')} killed, ${count('Timeout')} endless, ` +
    `${survivors.length - unexplained.length} listed as equivalent, ${unexplained.length} unexplained`,
)
for (const mutant of unexplained) console.log(`No test fails for ${show(mutant)}\n`)
for (const entry of stale)
  console.log(`.ci/mutation/equivalent.mjs lists what does not survive, ${show(entry)}\n`)
if (mutants.length === 0) console.log('There was nothing to mutate.')
process.exitCode = unexplained.length + stale.length > 0 || mutants.length === 0 ? 1 : 0
