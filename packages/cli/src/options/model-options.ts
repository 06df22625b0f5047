import { Refusal } from '../failure.ts'
import type {
  LatentSettings,
  LikelihoodSettings,
  NetworkSettings,
  PosteriorSettings,
  PriorSettings,
  ScheduleSettings,
} from '../models/settings.ts'

/** The options of `vae train` that say what model is trained; undefined where they were left out. */
export interface ModelOptions {
  readonly network?: NetworkSettings['kind']
  readonly activation?: NetworkSettings['activation']
  readonly hidden?: readonly number[]
  readonly latent?: number
  readonly likelihood?: LikelihoodSettings['kind']
  readonly sigma?: number
  readonly prior?: PriorSettings['kind']
  readonly components?: number
  readonly flowSteps?: number
  readonly posterior?: PosteriorSettings['kind']
  readonly beta?: number
  readonly schedule?: ScheduleSettings['kind'] | 'capacity'
  readonly scheduleFrom?: number
  readonly scheduleSteps?: number
  readonly scheduleCycles?: number
  readonly capacity?: number
  readonly targetKl?: number
  readonly freeBits?: number
  readonly freeBitsPer?: 'dimension' | 'total'
  readonly activeDimensions?: true
  readonly sampling?: 'weighted' | 'stratified'
  readonly gamma?: number
  readonly discriminatorHidden?: number
  readonly discriminatorLayers?: number
  readonly discriminatorLr?: number
  readonly samples?: number
  readonly outer?: number
  readonly codes?: number
  readonly codeDimension?: number
  readonly stages?: number
  readonly stageDropout?: true
  readonly groups?: number
  readonly levels?: readonly number[]
  readonly learning?: 'ema' | 'gradient'
  readonly decay?: number
  readonly commitment?: number
  readonly restart?: number
  readonly kmeans?: 'on' | 'off'
  readonly metric?: 'euclidean' | 'cosine'
  readonly estimator?: 'straight-through' | 'rotation'
  readonly entropy?: number
}

/** The name of an option as programs have it. */
export type ModelOption = keyof ModelOptions

/** The name of an option as people type it. */
export const flagOf = (option: ModelOption): string =>
  `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Refuses options that say nothing here; `why` completes the sentence `--x …`. */
export const refuseOptions = (options: ModelOptions, names: readonly ModelOption[], why: string): void => {
  const given = names.find((name) => options[name] !== undefined)
  if (given !== undefined) throw new Refusal(`${flagOf(given)} ${why}`)
}

/** What encoder and decoder are built of. */
export const networkOptions = ['network', 'activation', 'hidden'] as const satisfies ModelOption[]

export const likelihoodOptions = ['likelihood', 'sigma'] as const satisfies ModelOption[]

/** The options of every latent variable model. */
export const latentOptions = [
  ...networkOptions,
  'latent',
  ...likelihoodOptions,
  'prior',
  'components',
  'flowSteps',
  'posterior',
] as const satisfies ModelOption[]

/** The options of a weight that changes from step to step. */
export const scheduleOptions = [
  'beta',
  'schedule',
  'scheduleFrom',
  'scheduleSteps',
  'scheduleCycles',
] as const satisfies ModelOption[]

const hiddenOf = (kind: NetworkSettings['kind'], isImages: boolean): number =>
  kind === 'residual' ? 64 : kind === 'conv' ? 256 : isImages ? 400 : 64

/** The networks that were asked for; `images` is what images get if nothing was asked. */
export const networkOf = (
  { network, activation, hidden }: ModelOptions,
  isImages: boolean,
  images: NetworkSettings['kind'],
): NetworkSettings => {
  const kind = network ?? (isImages ? images : 'mlp')
  if (kind === 'residual' && activation === 'tanh')
    throw new Refusal('--activation tanh does not belong to --network residual, which has relu')
  return { kind, activation: activation ?? 'relu', hidden: [...(hidden ?? [hiddenOf(kind, isImages)])] }
}

/** σ if none was asked for: that of errors of 10% for intensities, and 1 for real numbers. */
const defaultSigma = (isImages: boolean): number => (isImages ? 0.1 : 1)

/** Likelihoods of intensities from 0 to 1. */
const ofIntensities: readonly LikelihoodSettings['kind'][] = [
  'bernoulli',
  'continuous-bernoulli',
  'discretised-logistic',
  'categorical',
]

/** The likelihood that was asked for. */
export const likelihoodFrom = (options: ModelOptions, isImages: boolean): LikelihoodSettings => {
  const kind = options.likelihood ?? (isImages ? 'bernoulli' : 'gaussian')
  if (!isImages && ofIntensities.includes(kind))
    throw new Refusal(`--likelihood ${kind} is one of intensities from 0 to 1, the data are real numbers`)
  if (kind === 'gaussian' || kind === 'laplace')
    return { kind, sigma: options.sigma ?? defaultSigma(isImages) }
  refuseOptions(options, ['sigma'], `belongs to --likelihood gaussian or laplace, the likelihood is ${kind}`)
  return { kind }
}

const priorFrom = (options: ModelOptions): PriorSettings => {
  const kind = options.prior ?? 'standard'
  if (kind !== 'mixture' && kind !== 'vamp')
    refuseOptions(options, ['components'], `belongs to --prior mixture or vamp, the prior is ${kind}`)
  switch (kind) {
    case 'standard':
      return { kind }
    case 'mixture':
      return { kind, components: options.components ?? 10 }
    case 'vamp':
      return { kind, components: options.components ?? 50 }
    case 'flow':
      return { kind, steps: options.flowSteps ?? 4, hidden: 64 }
  }
}

/** Hidden units of the masked networks of an inverse autoregressive posterior. */
const iafHidden = 128

/** Latent dimensions if nothing was asked for. */
const latentSizes = { mnist: 16, 'fashion-mnist': 16, dsprites: 10, mixture: 2 } as const

/** The number of latent dimensions that was asked for. */
export const latentOf = ({ latent }: ModelOptions, data: keyof typeof latentSizes): number =>
  latent ?? latentSizes[data]

/** The latent variable model that was asked for. */
export const latentFrom = (
  options: ModelOptions,
  data: {
    readonly name: keyof typeof latentSizes
    readonly isImages: boolean
    readonly shape: readonly number[]
  },
): LatentSettings => {
  if (options.prior !== 'flow' && options.posterior !== 'iaf')
    refuseOptions(options, ['flowSteps'], 'belongs to --prior flow or --posterior iaf')
  return {
    network: networkOf(options, data.isImages, data.shape[1] === 64 ? 'conv' : 'mlp'),
    latent: latentOf(options, data.name),
    likelihood: likelihoodFrom(options, data.isImages),
    prior: priorFrom(options),
    posterior:
      options.posterior === 'iaf'
        ? { kind: 'iaf', steps: options.flowSteps ?? 2, hidden: iafHidden }
        : { kind: 'gaussian' },
  }
}

/** A part of all steps, as a whole number of them. */
const partOf = (steps: number, part: number): number => Math.max(1, Math.floor(steps * part))

/** The schedule of a weight that was asked for: β at the end, `defaultBeta` if nothing was asked. */
export const scheduleFrom = (
  options: ModelOptions,
  kind: ScheduleSettings['kind'],
  defaultBeta: number,
  steps: number,
): ScheduleSettings => {
  const to = options.beta ?? defaultBeta
  if (kind !== 'cyclical')
    refuseOptions(options, ['scheduleCycles'], `belongs to --schedule cyclical, the schedule is ${kind}`)
  if (kind === 'constant') {
    refuseOptions(options, ['scheduleFrom', 'scheduleSteps'], 'belongs to a --schedule that is not constant')
    return { kind, value: to }
  }
  const from = options.scheduleFrom ?? 0
  return kind === 'cyclical'
    ? {
        kind,
        from,
        to,
        period: options.scheduleSteps ?? partOf(steps, 1 / 4),
        cycles: options.scheduleCycles ?? null,
      }
    : { kind, from, to, steps: options.scheduleSteps ?? partOf(steps, 1 / 5) }
}
