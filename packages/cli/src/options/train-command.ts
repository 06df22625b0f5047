import { Option } from 'commander'
import { binarisations, datasetNames } from '../data.ts'
import { engineNames } from '../engine.ts'
import { modelKinds } from '../models/registry.ts'
import {
  folderName,
  nonNegative,
  oneOf,
  path,
  positive,
  share,
  wholeNumber,
  wholeNumbers,
} from '../values.ts'

/** The options of `vae train`, in groups for its help. Defaults that depend on model and data are told in words. */

/** How an option takes its value from the text. */
type Parse = (text: string) => unknown

const option = (flags: string, description: string, parse?: Parse, value?: unknown): Option => {
  const made = new Option(flags, description)
  if (parse !== undefined) made.argParser(parse)
  if (value !== undefined) made.default(value)
  return made
}

const size = (name: string): Parse => wholeNumber(name, 1, 65_536)
const words = (choices: readonly string[]): string => choices.join(', ')
const choice = (name: string, choices: readonly string[]): Parse => oneOf(name, choices)

const networks = ['mlp', 'conv', 'residual']
const activations = ['relu', 'tanh']
const likelihoods = [
  'bernoulli',
  'gaussian',
  'learned-gaussian',
  'optimal-gaussian',
  'laplace',
  'continuous-bernoulli',
  'discretised-logistic',
  'categorical',
  'squared-error',
]
const priors = ['standard', 'mixture', 'vamp', 'flow']
const posteriors = ['gaussian', 'iaf']
const schedules = ['constant', 'linear', 'cyclical', 'cosine', 'sigmoid', 'capacity']
const largestSeed = Number.MAX_SAFE_INTEGER

/** A group of options with its heading. */
export interface OptionGroup {
  readonly heading: string
  readonly options: readonly Option[]
}

export const trainOptions: readonly OptionGroup[] = [
  {
    heading: 'What to train on what:',
    options: [
      option('--model <name>', words(modelKinds), choice('--model', modelKinds), 'vae'),
      option('--data <name>', words(datasetNames), choice('--data', datasetNames), 'mnist'),
      option(
        '--folder <path>',
        'folder with the files of the data; their package if left out',
        path('--folder'),
      ),
      option(
        '--binarise <how>',
        `pixels black or white: ${words(binarisations)} (default none)`,
        choice('--binarise', binarisations),
      ),
      option('--limit <n>', 'use at most n examples of each split', wholeNumber('--limit', 1, 2 ** 32)),
    ],
  },
  {
    heading: 'Training:',
    options: [
      option(
        '--epochs <n>',
        'passes over the data (default 10; dsprites 1, mixture 30)',
        wholeNumber('--epochs', 1, 1e6),
      ),
      option('--batch <n>', 'examples per step', wholeNumber('--batch', 1, 65_536), 128),
      option('--lr <x>', 'learning rate of Adam', positive('--lr', 1e3), 1e-3),
      option('--seed <n>', 'seed of weights, noise and data order', wholeNumber('--seed', 0, largestSeed), 0),
      option('--out <folder>', 'folder for runs', path('--out'), 'runs'),
      option(
        '--name <name>',
        'name of the run; the next free of mnist-vae-1, … if left out',
        folderName('--name'),
      ),
      option('--engine <name>', engineNames.join(' or '), oneOf('--engine', engineNames), 'wasm'),
      option(
        '--threads <n>',
        'threads to compute with; the cores of the machine if left out',
        wholeNumber('--threads', 1, 256),
      ),
    ],
  },
  {
    heading: 'Networks and likelihood (all models):',
    options: [
      option(
        '--network <kind>',
        `${words(networks)} (default mlp; conv for 64×64, residual for codes of images)`,
        choice('--network', networks),
      ),
      option(
        '--activation <name>',
        `${words(activations)} (default relu)`,
        choice('--activation', activations),
      ),
      option(
        '--hidden <n,…>',
        'hidden units of each layer of an mlp (400; mixture 64), of the dense layer of conv (256), or channels of residual (64)',
        wholeNumbers('--hidden', 1, 65_536, 8),
      ),
      option(
        '--likelihood <name>',
        `${words(likelihoods)} (default bernoulli; mixture gaussian)`,
        choice('--likelihood', likelihoods),
      ),
      option(
        '--sigma <x>',
        'σ of gaussian, scale of laplace (default 0.1 for images, 1 for the mixture)',
        positive('--sigma', 1e6),
      ),
    ],
  },
  {
    heading:
      'Latent variable models (vae, beta-vae, beta-tcvae, factor-vae, iwae, miwae, ciwae, dreg; --latent also ae):',
    options: [
      option('--latent <n>', 'latent dimensions (default 16; dsprites 10, mixture 2)', size('--latent')),
      option('--prior <name>', `${words(priors)} (default standard)`, choice('--prior', priors)),
      option(
        '--components <n>',
        'components of --prior mixture (10), pseudo-inputs of vamp (50)',
        size('--components'),
      ),
      option(
        '--posterior <name>',
        `${words(posteriors)} (default gaussian)`,
        choice('--posterior', posteriors),
      ),
      option(
        '--flow-steps <n>',
        'steps of --prior flow (4), of --posterior iaf (2)',
        wholeNumber('--flow-steps', 1, 64),
      ),
    ],
  },
  {
    heading: 'Weight of the KL (vae, beta-vae; β also of beta-tcvae and ciwae):',
    options: [
      option(
        '--beta <x>',
        'weight at the end (default vae 1, beta-vae 4, beta-tcvae 6; share of the ELBO in ciwae 0.5; γ of capacity 30; the most of --target-kl 10)',
        nonNegative('--beta', 1e6),
      ),
      option('--schedule <kind>', `${words(schedules)} (default constant)`, choice('--schedule', schedules)),
      option(
        '--schedule-from <x>',
        'where the schedule starts (default 0)',
        nonNegative('--schedule-from', 1e6),
      ),
      option(
        '--schedule-steps <n>',
        'steps to the end, or of a cycle (default a fifth of all, cyclical a quarter, capacity four fifths)',
        wholeNumber('--schedule-steps', 1, 1e9),
      ),
      option(
        '--schedule-cycles <n>',
        'cycles of cyclical (default without end)',
        wholeNumber('--schedule-cycles', 1, 1e6),
      ),
      option(
        '--capacity <nats>',
        'KL at the end of --schedule capacity (default 25)',
        nonNegative('--capacity', 1e6),
      ),
      option(
        '--target-kl <nats>',
        'keep the KL there with a controller of β',
        nonNegative('--target-kl', 1e6),
      ),
      option('--free-bits <nats>', 'nats that cost nothing', nonNegative('--free-bits', 1e6)),
      option(
        '--free-bits-per <what>',
        'dimension or total (default dimension)',
        choice('--free-bits-per', ['dimension', 'total']),
      ),
      option('--active-dimensions', 'pay for the KL of active dimensions only'),
    ],
  },
  {
    heading: 'Total correlation (beta-tcvae, factor-vae):',
    options: [
      option(
        '--sampling <kind>',
        'weighted or stratified, of beta-tcvae (default stratified)',
        choice('--sampling', ['weighted', 'stratified']),
      ),
      option(
        '--gamma <x>',
        'weight of the total correlation in factor-vae (default 10)',
        nonNegative('--gamma', 1e6),
      ),
      option(
        '--discriminator-hidden <n>',
        'units of each hidden layer of its discriminator (default 256)',
        size('--discriminator-hidden'),
      ),
      option(
        '--discriminator-layers <n>',
        'hidden layers of its discriminator (default 4)',
        wholeNumber('--discriminator-layers', 1, 64),
      ),
      option(
        '--discriminator-lr <x>',
        'learning rate of its discriminator (default 1e-4)',
        positive('--discriminator-lr', 1e3),
      ),
    ],
  },
  {
    heading: 'Importance weights (iwae, miwae, ciwae, dreg):',
    options: [
      option('--samples <n>', 'samples in each bound (default 5)', wholeNumber('--samples', 1, 10_000)),
      option('--outer <n>', 'bounds that miwae averages (default 2)', wholeNumber('--outer', 1, 10_000)),
    ],
  },
  {
    heading: 'Codes (vq-vae, rvq, grouped-vq; some of them fsq and lfq):',
    options: [
      option(
        '--codes <n>',
        'codes of a codebook (default vq-vae 512, else 256; mixture 32, 16, 8)',
        size('--codes'),
      ),
      option(
        '--code-dimension <n>',
        'features of a code (default 16; mixture 4), bits of lfq (9; mixture 5)',
        size('--code-dimension'),
      ),
      option('--stages <n>', 'stages of rvq (default 4; mixture 2)', wholeNumber('--stages', 1, 64)),
      option('--stage-dropout', 'a random number of stages in each step of rvq'),
      option('--groups <n>', 'groups of grouped-vq (default 4; mixture 2)', wholeNumber('--groups', 1, 1024)),
      option(
        '--levels <n,…>',
        'levels of each feature of fsq (default 8,5,5,5; mixture 8,4)',
        wholeNumbers('--levels', 2, 1000, 16),
      ),
      option('--learning <how>', 'ema or gradient (default ema)', choice('--learning', ['ema', 'gradient'])),
      option('--decay <x>', 'decay of the averages of ema (default 0.99)', share('--decay')),
      option('--commitment <x>', 'weight of the commitment (default 0.25)', nonNegative('--commitment', 1e6)),
      option(
        '--restart <x>',
        'restart codes below this share of average use, 0 for never (default 0.1)',
        share('--restart'),
      ),
      option(
        '--kmeans <on|off>',
        'start from the codes that k-means finds (default on)',
        choice('--kmeans', ['on', 'off']),
      ),
      option(
        '--metric <name>',
        'euclidean or cosine (default euclidean)',
        choice('--metric', ['euclidean', 'cosine']),
      ),
      option(
        '--estimator <name>',
        'straight-through or rotation (default straight-through)',
        choice('--estimator', ['straight-through', 'rotation']),
      ),
      option(
        '--entropy <x>',
        'weight of the entropy penalty (default none; lfq 0.1)',
        nonNegative('--entropy', 1e6),
      ),
    ],
  },
]

export const trainExamples = `
Examples:
  vae train                                                 VAE on MNIST
  vae train --epochs 2 --limit 6000 --name quick
  vae train --model beta-vae --beta 4 --schedule linear     β warmed up to 4
  vae train --model vae --target-kl 20 --data fashion-mnist
  vae train --model beta-tcvae --data dsprites --limit 50000 --epochs 10
  vae train --model factor-vae --gamma 20 --latent 8
  vae train --model iwae --samples 50 --hidden 200,200 --activation tanh --binarise dynamic
  vae train --model vq-vae --data fashion-mnist --codes 512 --estimator rotation
  vae train --model rvq --stages 4 --codes 256 --stage-dropout
  vae train --model fsq --levels 8,5,5,5
  vae train --data mixture --likelihood learned-gaussian`
