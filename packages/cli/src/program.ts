import { Command } from 'commander'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { type EvaluateOptions, evaluateCommand } from './commands/evaluate.ts'
import {
  type ReconstructOptions,
  reconstructCommand,
  type SampleOptions,
  sampleCommand,
} from './commands/pictures.ts'
import { type ResumeOptions, resumeCommand } from './commands/resume.ts'
import { type TrainOptions, trainCommand } from './commands/train.ts'
import { engineNames } from './engine.ts'
import type { Failure } from './failure.ts'
import { metricsHelp } from './metrics/choose.ts'
import { trainExamples, trainOptions } from './options/train-command.ts'
import { version } from './run/version.ts'
import { oneOf, path, wholeNumber, words } from './values.ts'

/** Runs a command; given by whoever builds the program. */
export type Run = (command: TaskEither<Failure, number>) => Promise<void>

const largestSeed = Number.MAX_SAFE_INTEGER
const engines = engineNames.join(' or ')
const engineOption = ['--engine <name>', `${engines}; that of the run if left out`] as const
const threadsOption = [
  '--threads <n>',
  'threads to compute with; the cores of the machine if left out',
] as const
const threads = wholeNumber('--threads', 1, 256)
const folderOption = [
  '--folder <path>',
  'folder with the files of the data; that of the run if left out',
] as const

const addTrain = (program: Command, run: Run): Command => {
  const command = program.command('train').description('train a model on data and write a run folder')
  for (const { heading, options } of trainOptions)
    for (const option of options) command.addOption(option.helpGroup(heading))
  return command
    .addHelpText('after', trainExamples)
    .action((options: TrainOptions) => run(trainCommand(options)))
}

const addResume = (program: Command, run: Run): Command =>
  program
    .command('resume')
    .description('continue a run that was stopped, bit by bit as if it had not been')
    .argument('<run>', 'folder of the run')
    .option('--epochs <n>', 'train to this many epochs in all', wholeNumber('--epochs', 1, 1e6))
    .option(...folderOption, path('--folder'))
    .option(...threadsOption, threads)
    .addHelpText(
      'after',
      `
Examples:
  vae resume runs/mnist-vae-1
  vae resume runs/mnist-vae-1 --epochs 20`,
    )
    .action((folder: string, options: ResumeOptions) => run(resumeCommand(folder, options)))

const addEvaluate = (program: Command, run: Run): Command =>
  program
    .command('evaluate')
    .description('measure a run over its test examples, print the figures and keep them in its report')
    .argument('<run>', 'folder of the run')
    .option(
      '--metrics <names>',
      'which, with commas between them; all that apply if left out',
      words('--metrics', 'names of metrics'),
    )
    .option(
      '--samples <n>',
      'samples of each example in nll and ais; 200 if left out',
      wholeNumber('--samples', 1, 1e6),
    )
    .option('--json', 'print one JSON object')
    .option(...folderOption, path('--folder'))
    .option(...engineOption, oneOf('--engine', engineNames))
    .option(...threadsOption, threads)
    .addHelpText(
      'after',
      `
Metrics, in the order in which they are printed; those from nll on take up to some minutes each:
${metricsHelp()}

The same run gives the same figures again. They stay in evaluation.json and report.html of the run.

Examples:
  vae evaluate runs/mnist-vae-1
  vae evaluate runs/mnist-vae-1 --metrics elbo,nll --samples 5000
  vae evaluate runs/mnist-vae-1 --json`,
    )
    .action((folder: string, options: EvaluateOptions) => run(evaluateCommand(folder, options)))

const addReconstruct = (program: Command, run: Run): Command =>
  program
    .command('reconstruct')
    .description('draw test examples and their reconstructions')
    .argument('<run>', 'folder of the run')
    .option('--count <n>', 'how many examples', wholeNumber('--count', 1, 10_000), 20)
    .option(
      '--out <file>',
      'file to write; reconstructions-<n>.png (mixture .svg) in the run if left out',
      path('--out'),
    )
    .option(...folderOption, path('--folder'))
    .option(...engineOption, oneOf('--engine', engineNames))
    .option(...threadsOption, threads)
    .addHelpText(
      'after',
      `
Example:
  vae reconstruct runs/mnist-vae-1 --count 40 --out digits.png`,
    )
    .action((folder: string, options: ReconstructOptions) => run(reconstructCommand(folder, options)))

const addSample = (program: Command, run: Run): Command =>
  program
    .command('sample')
    .description('draw new examples: from the prior, or what stands for one')
    .argument('<run>', 'folder of the run')
    .option('--count <n>', 'how many examples', wholeNumber('--count', 1, 10_000), 64)
    .option('--seed <n>', 'seed of the draws', wholeNumber('--seed', 0, largestSeed), 0)
    .option(
      '--out <file>',
      'file to write; samples-seed-<n>.png (mixture .svg) in the run if left out',
      path('--out'),
    )
    .option(...folderOption, path('--folder'))
    .option(...engineOption, oneOf('--engine', engineNames))
    .option(...threadsOption, threads)
    .addHelpText(
      'after',
      `
Example:
  vae sample runs/mnist-vae-1 --count 100 --seed 3`,
    )
    .action((folder: string, options: SampleOptions) => run(sampleCommand(folder, options)))

/** The sentence of a commander error, on one line. */
export const oneSentence = (text: string): string =>
  text
    .trim()
    .replace(/^error: /, '')
    .replace(/\s*\n\s*\(Did you mean (.*)\?\)$/s, ' (did you mean $1?)')
    .replace(/\s*\n\s*/g, ' ')

/** The `vae` command. It throws commander's errors instead of ending the process. */
export const createProgram = (run: Run): Command => {
  const program = new Command('vae')
    .description('Variational autoencoders: train, look, measure')
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`vae: ${oneSentence(text)}\n`) })
    .addHelpText(
      'after',
      `
Examples:
  vae train                                  a 784-400-16 VAE on MNIST, about a minute
  vae train --model vq-vae                   another model; vae train --help lists them
  vae resume runs/mnist-vae-1 --epochs 20    ten epochs more
  vae evaluate runs/mnist-vae-1 --json       figures for programs
  vae sample runs/mnist-vae-1                new images

An error that looks like a bug tells more with VAE_DEBUG=1.`,
    )
  for (const add of [addTrain, addResume, addEvaluate, addReconstruct, addSample]) add(program, run)
  return program
}
