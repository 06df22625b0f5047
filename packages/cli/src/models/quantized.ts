import { type VqHyper, type VqVaeParams, valuesOf, vqVae } from '@vae/models'
import { type Key, sizeOf, type Tensor, tensor } from '@vae/tensor'
import { adam, type OptimizerHyper, trainingStep } from '@vae/train'
import { z } from 'zod'
import { setting } from '../display/text.ts'
import { codebookUseOf, meansOver } from '../metrics/batch-metric.ts'
import { type FigureInfo, showFigure } from '../metrics/figure.ts'
import {
  likelihoodFrom,
  likelihoodOptions,
  type ModelOption,
  type ModelOptions,
  networkOf,
  networkOptions,
  refuseOptions,
} from '../options/model-options.ts'
import type { Asked, BuildContext, Family } from './family.ts'
import { networkRow, squaredErrorMetric } from './latent.ts'
import { likelihoodOf, likelihoodWords, unitOf } from './likelihoods.ts'
import { mapDecoder, mapEncoder } from './networks.ts'
import { type CodebookSettings, quantizerSettings, quantizers, type RunQuantizer } from './quantizers.ts'
import {
  type CodeSpace,
  type HiddenTree,
  type RunBatch,
  type RunModel,
  runModel,
  type Trained,
} from './run-model.ts'
import { frequencySampler } from './samplers.ts'
import { likelihoodSettings, networkSettings } from './settings.ts'
import { codesWatch } from './watch.ts'

/** VQ-VAE with any quantizer. */

const shared = { network: networkSettings, likelihood: likelihoodSettings }

const settingsWith = <const K extends keyof typeof quantizerSettings>(kind: K) =>
  z.strictObject({ kind: z.literal(kind), ...shared, ...quantizerSettings[kind] })

export const vqVaeSettings = settingsWith('vq-vae')
export const rvqSettings = settingsWith('rvq')
export const groupedVqSettings = settingsWith('grouped-vq')
export const fsqSettings = settingsWith('fsq')
export const lfqSettings = settingsWith('lfq')

type Settings =
  | z.infer<typeof vqVaeSettings>
  | z.infer<typeof rvqSettings>
  | z.infer<typeof groupedVqSettings>
  | z.infer<typeof fsqSettings>
  | z.infer<typeof lfqSettings>
type Kind = Settings['kind']
type Params = VqVaeParams<HiddenTree, HiddenTree, HiddenTree>

const noWeight = tensor([], [0])

/** Sizes if nothing was asked for: of images, and of other data. */
const defaults = {
  'vq-vae': { images: { codes: 512, dimension: 16 }, other: { codes: 32, dimension: 4 } },
  rvq: { images: { codes: 256, dimension: 16 }, other: { codes: 16, dimension: 4 } },
  'grouped-vq': { images: { codes: 256, dimension: 16 }, other: { codes: 8, dimension: 4 } },
} as const

const codebookFrom = (
  kind: keyof typeof defaults,
  options: ModelOptions,
  isImages: boolean,
): CodebookSettings => {
  const { codes, dimension } = defaults[kind][isImages ? 'images' : 'other']
  const learning = options.learning ?? 'ema'
  if (learning === 'gradient')
    refuseOptions(options, ['decay', 'restart'], 'needs the averages of --learning ema, learning is gradient')
  if (learning === 'gradient' && options.estimator === 'rotation')
    refuseOptions(options, ['estimator'], 'rotation needs a codebook of --learning ema, learning is gradient')
  const restart = options.restart ?? 0.1
  return {
    codes: options.codes ?? codes,
    dimension: options.codeDimension ?? dimension,
    metric: options.metric ?? 'euclidean',
    learning:
      learning === 'gradient'
        ? { kind: 'gradient' }
        : {
            kind: 'ema',
            decay: options.decay ?? 0.99,
            estimator: options.estimator ?? 'straight-through',
            restart: restart === 0 ? null : restart,
          },
    kmeans: (options.kmeans ?? 'on') === 'on',
    commitment: options.commitment ?? 0.25,
    entropy: options.entropy === undefined || options.entropy === 0 ? null : options.entropy,
  }
}

const settingsOf = ({ kind, options, data: { isImages } }: Asked<Kind>): Settings => {
  const common = {
    network: networkOf(options, isImages, 'residual'),
    likelihood: likelihoodFrom(options, isImages),
  }
  switch (kind) {
    case 'vq-vae':
      return { kind, ...common, codebook: codebookFrom(kind, options, isImages) }
    case 'rvq':
      return {
        kind,
        ...common,
        codebook: codebookFrom(kind, options, isImages),
        stages: options.stages ?? (isImages ? 4 : 2),
        dropout: options.stageDropout === true,
      }
    case 'grouped-vq':
      return {
        kind,
        ...common,
        codebook: codebookFrom(kind, options, isImages),
        groups: options.groups ?? (isImages ? 4 : 2),
      }
    case 'fsq':
      return { kind, ...common, levels: [...(options.levels ?? (isImages ? [8, 5, 5, 5] : [8, 4]))] }
    case 'lfq':
      return {
        kind,
        ...common,
        bits: options.codeDimension ?? (isImages ? 9 : 5),
        commitment: options.commitment ?? 0.25,
        entropy: options.entropy ?? 0.1,
      }
  }
}

const codebookOptions = [
  'codes',
  'codeDimension',
  'metric',
  'learning',
  'decay',
  'estimator',
  'restart',
  'kmeans',
  'commitment',
  'entropy',
] as const satisfies ModelOption[]

const ownOptions: Readonly<Record<Kind, readonly ModelOption[]>> = {
  'vq-vae': codebookOptions,
  rvq: [...codebookOptions, 'stages', 'stageDropout'],
  'grouped-vq': [...codebookOptions, 'groups'],
  fsq: ['levels'],
  lfq: ['codeDimension', 'commitment', 'entropy'],
}

const quantizerOf = (settings: Settings): RunQuantizer => {
  switch (settings.kind) {
    case 'vq-vae':
      return quantizers['vq-vae'](settings)
    case 'rvq':
      return quantizers.rvq(settings)
    case 'grouped-vq':
      return quantizers['grouped-vq'](settings)
    case 'fsq':
      return quantizers.fsq(settings)
    case 'lfq':
      return quantizers.lfq(settings)
  }
}

/** The weights of the losses of a quantizer. */
const weightsOf = (settings: Settings): { readonly commitment: number; readonly entropy: number } =>
  settings.kind === 'fsq'
    ? { commitment: 0, entropy: 0 }
    : settings.kind === 'lfq'
      ? settings
      : { commitment: settings.codebook.commitment, entropy: settings.codebook.entropy ?? 0 }

/** The losses that a quantizer has beside the reconstruction. */
const lossInfos = (settings: Settings, noun: string): readonly FigureInfo[] => {
  const commitment = { name: 'commitment', title: 'commitment', unit: `squared distance per ${noun}` }
  const entropy = { name: 'entropy', title: 'entropy penalty', unit: `nats per ${noun}` }
  if (settings.kind === 'fsq') return []
  if (settings.kind === 'lfq') return [commitment, entropy]
  const { learning, entropy: weight } = settings.codebook
  return [
    commitment,
    ...(learning.kind === 'gradient'
      ? [{ name: 'codebook', title: 'codebook loss', unit: commitment.unit }]
      : []),
    ...(weight === null ? [] : [entropy]),
  ]
}

/** Vectors for each code in the sample that k-means sees. */
const vectorsPerCode = 20

const build = (settings: Settings, context: BuildContext): RunModel => {
  const quantizer = quantizerOf(settings)
  const likelihood = likelihoodOf(settings.likelihood)
  const { network } = settings
  const model = vqVae({
    encoder: mapEncoder(network, context.example, quantizer.dimension),
    quantizer,
    decoder: mapDecoder(network, quantizer.dimension, context.example, likelihood.outputs),
    likelihood,
  })
  const optimizer = adam<Params>()
  const unit = unitOf(settings.likelihood, context.noun)
  const reconstruction = { name: 'reconstruction', title: 'reconstruction', unit }
  const losses = lossInfos(settings, context.noun)
  const terms = [reconstruction, ...losses]
  const weights = weightsOf(settings)
  const codes: CodeSpace<Params, HiddenTree> = {
    grid: model.grid,
    codebooks: model.codebooks,
    encode:
      ({ params, state }) =>
      (x) =>
        model.encode(params, state)(x),
    generate:
      ({ params, state }) =>
      (indices) =>
        model.generate(params, state)(indices),
  }
  const reconstruct =
    ({ params, state }: Trained<Params, HiddenTree>) =>
    (x: Tensor<[number, ...number[]]>) =>
      model.reconstruct(params, state)(x)
  // Nothing learns from an evaluation, so the weights of the losses do not matter there.
  const evaluated = model.objective({ commitment: noWeight, entropy: noWeight })
  const positions = sizeOf(model.grid) / model.codebooks.length
  const largest = Math.max(...model.codebooks)
  const hasKMeans = 'codebook' in settings && settings.codebook.kmeans
  return runModel({
    init: model.init,
    optimizer,
    fit: hasKMeans
      ? {
          examples: Math.ceil((vectorsPerCode * largest) / positions),
          apply: ({ params, state }, batch, key) => model.fit(params, state)(batch, key),
        }
      : null,
    step: trainingStep(
      (hyper: VqHyper & OptimizerHyper) => (params: Params, state: HiddenTree, batch: RunBatch, key: Key) =>
        model.objective(hyper)(params, state, batch, key),
      optimizer,
    ),
    hyper: () => weights,
    noted: () => (settings.kind === 'fsq' ? {} : { commitment: weights.commitment }),
    terms,
    onBar: terms.length,
    metrics: [
      meansOver<Params, HiddenTree>(
        'reconstruction',
        terms,
        ({ params, state }, batch, key) => evaluated(params, state, batch, key).terms,
      ),
      squaredErrorMetric(context, reconstruct),
      codebookUseOf<Params, HiddenTree>(model.codebooks, (trained, { examples }) =>
        codes.encode(trained)(valuesOf(examples)),
      ),
    ],
    headline: ({ reconstruction, perplexity, usage }) =>
      `reconstruction ${showFigure(reconstruction!)} ${unit}, perplexity ${showFigure(perplexity!)} of ${largest} codes, ` +
      `${usage!.toFixed(0)}% used`,
    reconstruct,
    latents: null,
    density: null,
    codes,
    sampler: frequencySampler(codes),
    watch: codesWatch(codes),
  })
}

const titles = {
  'vq-vae': 'VQ-VAE',
  rvq: 'residual VQ-VAE',
  'grouped-vq': 'grouped VQ-VAE',
  fsq: 'FSQ autoencoder',
  lfq: 'LFQ autoencoder',
} as const

/** The sizes of a quantizer in short: `512 codes`, `4 × 256 codes`. */
const sizes = (settings: Settings): string => {
  switch (settings.kind) {
    case 'fsq':
      return `${settings.levels.join('·')} levels`
    case 'lfq':
      return `${settings.bits} bits`
    case 'vq-vae':
      return `${settings.codebook.codes} codes`
    case 'rvq':
      return `${settings.stages} × ${settings.codebook.codes} codes`
    case 'grouped-vq':
      return `${settings.groups} × ${settings.codebook.codes} codes`
  }
}

const codebookWords = (codebook: CodebookSettings): readonly (readonly [string, string])[] => {
  const { learning } = codebook
  return [
    ['features of a code', String(codebook.dimension)],
    ['metric', codebook.metric],
    [
      'codes learn',
      learning.kind === 'gradient'
        ? 'by gradients'
        : `by averages, decay ${setting(learning.decay)}, ${learning.estimator} gradients`,
    ],
    ...(learning.kind === 'ema'
      ? [
          [
            'restart',
            learning.restart === null ? 'never' : `below ${setting(learning.restart)} of average use`,
          ] as const,
        ]
      : []),
    ['start', codebook.kmeans ? 'k-means' : 'random codes'],
    ['commitment', setting(codebook.commitment)],
    ...(codebook.entropy === null ? [] : [['entropy penalty', setting(codebook.entropy)] as const]),
  ]
}

/** VQ-VAE, residual, grouped, FSQ and LFQ. */
export const quantizedFamily: Family<Kind, Settings> = {
  options: (kind) => [...networkOptions, ...likelihoodOptions, ...ownOptions[kind]],
  settings: settingsOf,
  title: (settings, { example }) =>
    `${titles[settings.kind]} ${example.length === 3 ? example.slice(1).join('×') : sizeOf(example)}, ${sizes(settings)}`,
  words: (settings) => [
    networkRow(settings.network),
    ['likelihood', likelihoodWords(settings.likelihood)],
    ['quantizer', sizes(settings)],
    ...(settings.kind === 'rvq' && settings.dropout
      ? [['stages in a step', 'a random number'] as const]
      : []),
    ...('codebook' in settings ? codebookWords(settings.codebook) : []),
    ...(settings.kind === 'lfq'
      ? ([
          ['commitment', setting(settings.commitment)],
          ['entropy penalty', setting(settings.entropy)],
        ] as const)
      : []),
  ],
  build,
}
