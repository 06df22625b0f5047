import { availableParallelism } from 'node:os'
import { Command, CommanderError, Option } from 'commander'
import { Refusal } from '../../packages/cli/dist/failure.js'
import { oneSentence } from '../../packages/cli/dist/program.js'
import { wholeNumber } from '../../packages/cli/dist/values.js'
import { Failure } from '../process.mjs'
import { peerNames } from './systems.mjs'
import { works } from './works.mjs'

const names = Object.keys(works)

/** Names of a list, each once; the option may be repeated. */
const someOf =
  (option, list) =>
  (name, before = []) => {
    if (!list.includes(name)) throw new Refusal(`${option}: expected one of ${list.join(', ')}, got ${name}`)
    return before.includes(name) ? before : [...before, name]
  }

/** Each number once, in ascending order. */
const threadCounts = (text) => {
  const counts = text.split(',').map(wholeNumber('--threads', 1, 1024))
  return [...new Set(counts)].sort((a, b) => a - b)
}

/** One, and as many as there are cores. */
const everyCore = `1,${availableParallelism()}`

const program = () =>
  new Command('npm run bench --')
    .description('measure the engine against other libraries, each in a process of its own')
    .option(
      '--only <work>',
      `measure this work alone; may be repeated: ${names.join(', ')}`,
      someOf('--only', names),
    )
    .option(
      '--against <peer>',
      `compare with this peer alone; may be repeated: ${peerNames.join(', ')}`,
      someOf('--against', peerNames),
    )
    .option(
      '--rounds <n>',
      'samples of each system, of which the median counts',
      wholeNumber('--rounds', 1, 1000),
      15,
    )
    .addOption(
      new Option(
        '--threads <list>',
        'threads that each system may have; several numbers are measured in the same rounds',
      )
        .argParser(threadCounts)
        .default(threadCounts(everyCore), everyCore),
    )
    .option('--portable', 'measure the engine without the instructions of relaxed SIMD')
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
  npm run bench -- --only gemm-512 --threads 1,2 --against torch
  npm run bench --silent -- --json > bench.jsonl`,
    )

/** The options of a command line; null when it asked for help. Throws a `Failure` with one sentence. */
export const parseOptions = (args) => {
  try {
    const options = program().parse(args, { from: 'user' }).opts()
    if (options.record && (options.only || options.against))
      throw new Refusal('--record: expected no --only and no --against, because the table holds everything')
    return { ...options, only: options.only ?? names, against: options.against ?? peerNames }
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return null
    if (error instanceof CommanderError || error instanceof Refusal)
      throw new Failure(`bench: ${oneSentence(error.message)}`)
    throw error
  }
}
