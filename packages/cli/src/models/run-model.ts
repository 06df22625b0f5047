import type { DiagonalGaussian } from '@vae/models'
import type { Key, Tensor, TensorOf } from '@vae/tensor'
import { type Progress, type Step, startOf } from '@vae/train'
import type { BatchMetric } from '../metrics/batch-metric.ts'
import type { Describe, FigureInfo } from '../metrics/figure.ts'
import type { Sampler } from './samplers.ts'

/** A tree of tensors whose structure only the model knows that made it. */
export type HiddenTree = Readonly<Record<string, Tensor<number[]>>>

/** Examples of a shape that the run knows: bytes of images, or real numbers. */
export interface RunBatch {
  readonly examples: TensorOf<[number, ...number[]], 'u8' | 'f32'>
  readonly weights: Tensor<[number]>
}

/** The scalar inputs of a step by name. */
export type Scalars = Readonly<Record<string, number>>

/** The scalar inputs of a step as tensors. */
export type RunHyper = { readonly learningRate: Tensor<[]> } & Readonly<Record<string, Tensor<[]>>>

/** What training has made of a model. */
export interface Trained<P, S> {
  readonly params: P
  readonly state: S
}

/** Functions between examples and vectors of latents, which are points of a space. */
export interface LatentSpace<P> {
  readonly size: number
  /** The point that stands for each example: `[B, …]` → `[B, Z]`. */
  readonly encode: (params: P) => (x: Tensor<[number, ...number[]]>) => Tensor<[number, number]>
  readonly generate: (params: P) => (z: Tensor<[number, number]>) => Tensor<[number, ...number[]]>
  /** The KL of each dimension, `[B, Z]` in nats, where it is known; null for a model without. */
  readonly klPerDimension:
    | ((params: P) => (x: Tensor<[number, ...number[]]>) => Tensor<[number, number]>)
    | null
}

/** The densities of a latent variable model in nats, at K latents of each of B examples. */
export interface LatentDensity<P> {
  /** What p(x | z) is: probabilities of the levels of pixels, another distribution, or none, so that there is no p(x). */
  readonly likelihood: 'of levels' | 'normalised' | 'not normalised'
  readonly hasStandardPrior: boolean
  /** q(z | x), where it is a diagonal Gaussian. */
  readonly posterior:
    | ((params: P) => (x: Tensor<[number, ...number[]]>) => DiagonalGaussian<number, number>)
    | null
  /** log p(x, z) − log q(z | x) at `count` samples of the posterior of each example, `[K, B]`. */
  readonly logWeights: (
    params: P,
  ) => (x: Tensor<[number, ...number[]]>, key: Key, count: number) => Tensor<[number, number]>
  /** `count` draws from p(z), `[B, Z]`. */
  readonly samplePrior: (params: P) => (key: Key, count: number) => Tensor<[number, number]>
  /** log p(z), `[K, B, Z]` → `[K, B]`. */
  readonly logPrior: (params: P) => (z: Tensor<[number, number, number]>) => Tensor<[number, number]>
  /** log p(x | z), `[K, B]`. */
  readonly logLikelihood: (
    params: P,
  ) => (x: Tensor<[number, ...number[]]>, z: Tensor<[number, number, number]>) => Tensor<[number, number]>
}

/** Functions between examples and indices of codes. */
export interface CodeSpace<P, S> {
  /** The shape of the indices of an example. */
  readonly grid: readonly number[]
  /** The number of codes that each index along the last axis of the grid may have: one, or one for each stage. */
  readonly codebooks: readonly number[]
  readonly encode: (
    trained: Trained<P, S>,
  ) => (x: Tensor<[number, ...number[]]>) => TensorOf<[number, ...number[]], 'i32'>
  readonly generate: (
    trained: Trained<P, S>,
  ) => (indices: TensorOf<[number, ...number[]], 'i32'>) => Tensor<[number, ...number[]]>
}

/** Looks at the model on a fixed sample of training examples while it trains. */
export interface Watch<P, S> {
  /** What to look at, computed by the engine. */
  readonly see: (
    trained: Trained<P, S>,
    x: Tensor<[number, ...number[]]>,
  ) => TensorOf<number[], 'f32' | 'i32'>
  /** What is wrong, in a sentence, or null. */
  readonly warning: (seen: TensorOf<number[], 'f32' | 'i32'>) => string | null
}

/** What a training can start with in place of random numbers, found in a sample of the training examples. */
export interface Fit<P, S> {
  /** How many examples it wants, if there are so many. */
  readonly examples: number
  readonly apply: (trained: Trained<P, S>, batch: RunBatch, key: Key) => Trained<P, S>
}

/**
 * A model of a run with all that the command does with it: parameters P, optimizer state O, model state S, scalar inputs H.
 * Whoever trains, evaluates, draws and saves sees this interface alone, and no kind of model.
 */
export interface RunModelOf<P, O, S, H = RunHyper> {
  readonly init: (key: Key) => Trained<P, S>
  readonly optimizer: { readonly init: (params: P) => O }
  readonly fit: Fit<P, S> | null
  readonly step: Step<P, O, S, RunBatch, H>
  /** The scalars of step number `step`, from 1, but for the learning rate: the other members of H. */
  readonly hyper: (step: number) => Scalars
  /** Those scalars worth noting with an epoch that ended so. */
  readonly noted: (progress: Progress<P, O, S>) => Scalars
  /** The terms of the step, in the order in which they are shown; those on the progress bar first. */
  readonly terms: readonly FigureInfo[]
  /** How many of the terms the progress bar has room for. */
  readonly onBar: number
  /** What is measured over the test examples after each epoch. */
  readonly metrics: readonly BatchMetric<P, S>[]
  /** The test figures in words, for a line. */
  readonly headline: Describe
  readonly reconstruct: (
    trained: Trained<P, S>,
  ) => (x: Tensor<[number, ...number[]]>) => Tensor<[number, ...number[]]>
  readonly latents: LatentSpace<P> | null
  readonly density: LatentDensity<P> | null
  readonly codes: CodeSpace<P, S> | null
  readonly sampler: Sampler<P, S>
  readonly watch: Watch<P, S> | null
}

/** A model of a run. */
export type RunModel = RunModelOf<HiddenTree, HiddenTree, HiddenTree>

/** How far a training of a run has come. */
export type RunProgress = Progress<HiddenTree, HiddenTree, HiddenTree>

/**
 * A model without the types of its trees, which are those of one of many kinds. That is safe, because its functions only
 * get trees that its own functions made, or that a checkpoint was compared with; TypeScript has no words for it.
 */
export const runModel = <P, O, S, H>(model: RunModelOf<P, O, S, H>): RunModel => model as unknown as RunModel

/** The beginning of a training with random numbers. */
export const beginningOf = ({ init, optimizer }: RunModel, seed: number): RunProgress =>
  startOf(seed, init, optimizer)
