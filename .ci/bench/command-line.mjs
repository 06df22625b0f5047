import { Command, CommanderError } from 'commander'
import { Refusal } from '../../packages/cli/dist/failure.js'
import { oneSentence } from '../../packages/cli/dist/program.js'
import { wholeNumber } from '../../packages/cli/dist/values.js'
import { Failure } from '../process.mjs'
import { works } from './works.mjs'

const names = Object.keys(works)

const workNames = (name, before = []) => {
  if (!Object.hasOwn(works, name))
    throw new Refusal(`--only: expected one of ${names.join(', ')}, got ${name}`)
  return before.includes(name) ? before : [...before, name]
}

const threads = (text) => {
  const wanted = wholeNumber('--threads', 1, 1024)(text)
  if (wanted > 1)
    throw new Refusal(`--threads: the engine has one thread today, so only 1 can be measured, got ${text}`)
  return wanted
}

const program = () =>
  new Command('npm run bench --')
    .description('measure the engine against other libraries, each in a process of its own')
    .option('--only <name>', `measure this work alone; may be repeated: ${names.join(', ')}`, workNames)
    .option(
      '--rounds <n>',
      'samples of each system, of which the median counts',
      wholeNumber('--rounds', 1, 1000),
      15,
    )
    .option('--threads <n>', 'threads of the engine; 1 is all it has today', threads, 1)
    .option('--json', 'print one JSON object per line: {work, system, threads, ms, gflops}')
    .option('--record', 'write the table of docs/benchmarks.md')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText(
      'after',
      `
Examples:
  npm run bench
  npm run bench -- --only vae-mlp --rounds 31
  npm run bench --silent -- --json > bench.jsonl`,
    )

/** The options of a command line; null when it asked for help. Throws a `Failure` with one sentence. */
export const parseOptions = (args) => {
  try {
    const options = program().parse(args, { from: 'user' }).opts()
    if (options.record && options.only)
      throw new Refusal('--record: expected no --only, because the table holds all works')
    return { ...options, only: options.only ?? names }
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return null
    if (error instanceof CommanderError || error instanceof Refusal)
      throw new Failure(`bench: ${oneSentence(error.message)}`)
    throw error
  }
}
