import type { Refused, Tensor, Unless } from '@vae/tensor'
import { ShapeError } from '@vae/tensor'
import type { NoParams } from '../layer.ts'
import type { NoState } from '../objective.ts'
import type { Metric } from './codebook.ts'
import type { EmaState } from './ema.ts'
import type { Estimator } from './estimator.ts'

/** Soft assignments, softmax(−‖x − e‖² / temperature), of an entropy penalty. */
export interface EntropyOptions {
  /** In the unit of squared distances. */
  readonly temperature: number
}

/** When codes are given up. */
export interface RestartOptions {
  /**
   * A code is dead when it gets less than this share, between 0 and 1, of the vectors that codes get on average. A share
   * does not depend on the size of the batch.
   */
  readonly threshold: number
}

/** A codebook that follows averages of its vectors, without gradients. */
export interface EmaOptions {
  readonly learning: 'ema'
  /** How much of an average stays in a step, between 0 and 1; 0.99 unless given. */
  readonly decay?: number
  /** Laplace smoothing of the counts, 1e-5 unless given; of euclidean codebooks only. */
  readonly smoothing?: number
  /** 'straight-through' unless given. */
  readonly estimator?: Estimator
  /** 'euclidean' unless given. */
  readonly metric?: Metric
  readonly restart?: RestartOptions
  readonly entropy?: EntropyOptions
}

/** A codebook of parameters, drawn to its vectors by the gradient of a loss. */
export interface GradientOptions {
  readonly learning: 'gradient'
  readonly estimator?: 'straight-through'
  /** 'euclidean' unless given. */
  readonly metric?: Metric
  readonly entropy?: EntropyOptions
}

/** How a vector quantizer learns and what it is. */
export type VectorQuantizerOptions = EmaOptions | GradientOptions

/** Options before it is known that they fit each other. */
export interface AnyVectorQuantizerOptions extends Omit<EmaOptions, 'learning'> {
  readonly learning: 'ema' | 'gradient'
}

/** Numbers that are known not to lie between 0 and 1. */
export type NoShare<N> = number extends N
  ? false
  : N extends number
    ? `${N}` extends `0.${string}` | `${number}e-${string}`
      ? `${N}` extends `-${string}`
        ? true
        : false
      : true
    : false

/** Numbers that are known not to be above 0. */
export type NotPositive<N> = N extends 0 ? true : `${N & number}` extends `-${string}` ? true : false

/** What one option says that averages alone can do. */
export type OfAverages<
  Option extends string,
  Reason extends string,
> = Refused<`vectorQuantizer: ${Option} ${Reason} of learning 'ema', learning is 'gradient'`>

/** True, or the refusal of the first option that a codebook learned by gradients cannot have. */
export type GradientProblem<O> = O extends { readonly learning: 'gradient' }
  ? O extends { readonly estimator: 'rotation' }
    ? OfAverages<"estimator 'rotation'", 'needs a codebook'>
    : O extends { readonly restart: object }
      ? OfAverages<'restart', 'needs the averages'>
      : O extends { readonly decay: number }
        ? OfAverages<'decay', 'is an option'>
        : O extends { readonly smoothing: number }
          ? OfAverages<'smoothing', 'is an option'>
          : true
  : O extends { readonly metric: 'cosine'; readonly smoothing: number }
    ? Refused<"vectorQuantizer: smoothing changes the length of codes, which metric 'cosine' keeps at 1">
    : true

/** True, or the refusal of the first number that is out of its range. */
export type NumbersProblem<O> = O extends { readonly decay: infer N extends number }
  ? NoShare<N> extends true
    ? Refused<`vectorQuantizer: decay must lie between 0 and 1, got ${N}`>
    : RestartProblem<O>
  : RestartProblem<O>

export type RestartProblem<O> = O extends { readonly restart: { readonly threshold: infer N extends number } }
  ? NoShare<N> extends true
    ? Refused<`vectorQuantizer: threshold must lie between 0 and 1, got ${N}`>
    : EntropyProblem<O>
  : EntropyProblem<O>

export type EntropyProblem<O> = O extends {
  readonly entropy: { readonly temperature: infer N extends number }
}
  ? NotPositive<N> extends true
    ? Refused<`vectorQuantizer: temperature must be above 0, got ${N}`>
    : true
  : true

/** True, or the refusal of an option that there is not. */
export type NamesProblem<O> = [Exclude<keyof O, keyof AnyVectorQuantizerOptions>] extends [never]
  ? true
  : Refused<`vectorQuantizer: there is no option ${Exclude<keyof O, keyof AnyVectorQuantizerOptions> & string}`>

/** True for options that fit each other, or a refusal. */
export type VectorOptionsProblem<O> = Unless<NamesProblem<O>, Unless<GradientProblem<O>, NumbersProblem<O>>>

const names = ['learning', 'decay', 'smoothing', 'estimator', 'metric', 'restart', 'entropy']

const share = (name: string, value: number | undefined): string | null =>
  value !== undefined && !(value > 0 && value < 1) ? `${name} must lie between 0 and 1, got ${value}` : null

const problemOf = (options: AnyVectorQuantizerOptions): string | null => {
  const { learning, metric = 'euclidean', estimator = 'straight-through' } = options
  const { decay, smoothing, restart, entropy } = options
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) return `there is no option ${unknown}`
  const choices = [
    ['learning', learning, ['ema', 'gradient']],
    ['metric', metric, ['euclidean', 'cosine']],
    ['estimator', estimator, ['straight-through', 'rotation']],
  ] as const
  for (const [name, value, [one, other]] of choices)
    if (value !== one && value !== other) return `${name} must be '${one}' or '${other}', got '${value}'`
  const ofAverages = (option: string, reason: string): string =>
    `${option} ${reason} of learning 'ema', learning is 'gradient'`
  if (learning === 'gradient') {
    if (estimator === 'rotation') return ofAverages("estimator 'rotation'", 'needs a codebook')
    if (restart !== undefined) return ofAverages('restart', 'needs the averages')
    if (decay !== undefined) return ofAverages('decay', 'is an option')
    if (smoothing !== undefined) return ofAverages('smoothing', 'is an option')
  }
  if (metric === 'cosine' && smoothing !== undefined)
    return "smoothing changes the length of codes, which metric 'cosine' keeps at 1"
  if (smoothing !== undefined && !(smoothing >= 0)) return `smoothing must be 0 or more, got ${smoothing}`
  if (entropy !== undefined && !(entropy.temperature > 0))
    return `temperature must be above 0, got ${entropy.temperature}`
  return share('decay', decay) ?? share('threshold', restart?.threshold)
}

/** The options: the run-time twin of `VectorOptionsProblem`. Throws its message as a `ShapeError`. */
export const vectorOptions = (options: unknown): VectorQuantizerOptions => {
  const problem = problemOf(options as AnyVectorQuantizerOptions)
  if (problem !== null) throw new ShapeError(`vectorQuantizer: ${problem}`)
  return options as VectorQuantizerOptions
}

/** The codebook where it is a parameter. */
export interface CodebookParams<K extends number, D extends number> {
  readonly codebook: Tensor<[K, D]>
}

/** What each way of learning changes by gradients. */
export interface ParamsOfLearning<K extends number, D extends number> {
  readonly ema: NoParams
  readonly gradient: CodebookParams<K, D>
}

/** What each way of learning carries from step to step. */
export interface StateOfLearning<K extends number, D extends number> {
  readonly ema: EmaState<K, D>
  readonly gradient: NoState
}

/** The losses that options ask for. */
export type LossesOf<O> =
  | 'commitment'
  | (O extends { readonly learning: 'gradient' } ? 'codebook' : never)
  | (O extends { readonly entropy: EntropyOptions } ? 'entropy' : never)
