import { codebookUse, estimate, include, noExamples, type RunningMean } from '@vae/metrics'
import { activityThreshold } from '@vae/models'
import type { Key, Tensor, TensorOf } from '@vae/tensor'
import type { RunBatch, Trained } from '../models/run-model.ts'
import { type Estimates, estimateOf, type FigureInfo } from './figure.ts'

/** The names of what one pass over the data tells. */
export type PassName = 'elbo' | 'reconstruction' | 'squared-error' | 'active-units' | 'codebook'

/** Something that grows batch by batch and ends as figures. */
export interface Tally<Seen> {
  readonly include: (seen: Seen, weights: ArrayLike<number>) => Tally<Seen>
  readonly estimates: () => Estimates
}

/**
 * Figures that are gathered batch by batch over a data set. What they look at is computed by the engine, for all metrics
 * of a model in one program, so that they share what they have in common.
 */
export interface BatchMetric<P, S, Seen = HiddenSight> {
  /** What `vae evaluate --metrics` calls it. */
  readonly name: PassName
  readonly figures: readonly FigureInfo[]
  readonly see: (trained: Trained<P, S>, batch: RunBatch, key: Key) => Seen
  readonly start: Tally<Seen>
}

/** What a metric sees of a batch: a tree of tensors that only the metric itself knows. */
export interface HiddenSight {
  readonly hidden: Tensor<number[]>
}

/**
 * A metric without the type of what it sees, so that there can be a list of them. That is safe, because what its `see`
 * gave is all that its tally gets; TypeScript has no words for it.
 */
export const batchMetric = <P, S, Seen>(metric: BatchMetric<P, S, Seen>): BatchMetric<P, S> =>
  metric as unknown as BatchMetric<P, S>

type ExampleTerms = Readonly<Record<string, Tensor<[number]>>>

const termTally = (running: Readonly<Record<string, RunningMean>>): Tally<ExampleTerms> => ({
  include: (terms, weights) =>
    termTally(
      Object.fromEntries(
        Object.entries(terms).map(([name, { data }]) => [
          name,
          include(running[name] ?? noExamples, data, weights),
        ]),
      ),
    ),
  estimates: () =>
    Object.fromEntries(Object.entries(running).map(([name, mean]) => [name, estimateOf(estimate(mean))])),
})

/** Means of terms that each example has. */
export const meansOver = <P, S>(
  name: PassName,
  figures: readonly FigureInfo[],
  terms: (trained: Trained<P, S>, batch: RunBatch, key: Key) => ExampleTerms,
): BatchMetric<P, S> => batchMetric({ name, figures, see: terms, start: termTally({}) })

const unitsTally = (dimensions: readonly RunningMean[]): Tally<Tensor<[number, number]>> => ({
  include: ({ shape: [rows, size], data }, weights) =>
    unitsTally(
      Array.from({ length: size }, (_, dimension) => {
        const column = Float32Array.from({ length: rows }, (_, row) => data[row * size + dimension]!)
        return include(dimensions[dimension] ?? noExamples, column, weights)
      }),
    ),
  estimates: () => ({
    activeUnits: {
      value: dimensions.filter(({ deviations, weight }) => deviations / weight > activityThreshold).length,
      standardError: null,
    },
  }),
})

/** How many latent units are active: those whose posterior means vary over the examples by more than 0.01. */
export const activeUnitsOf = <P, S>(
  of: number,
  means: (trained: Trained<P, S>, batch: RunBatch) => Tensor<[number, number]>,
): BatchMetric<P, S> =>
  batchMetric({
    name: 'active-units',
    figures: [{ name: 'activeUnits', title: 'active units', unit: `of ${of} units` }],
    see: means,
    start: unitsTally([]),
  })

/** How often each code of each codebook was chosen. */
export type CodeCounts = readonly Float64Array[]

/** No choice yet. */
export const noCodes = (codebooks: readonly number[]): CodeCounts =>
  codebooks.map((size) => new Float64Array(size))

/** The counts with the codes of a batch, `[B, …]`, the codebooks along the last axis. */
export const countCodes = (
  counts: CodeCounts,
  { shape, data }: TensorOf<[number, ...number[]], 'i32'>,
  weights: ArrayLike<number>,
): CodeCounts => {
  const next = counts.map((count) => count.slice())
  const perExample = data.length / shape[0]
  data.forEach((code, place) => {
    next[place % counts.length]![code]! += weights[Math.floor(place / perExample)]!
  })
  return next
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const codesTally = (counts: CodeCounts): Tally<TensorOf<[number, ...number[]], 'i32'>> => ({
  include: (codes, weights) => codesTally(countCodes(counts, codes, weights)),
  estimates: () => {
    const each = counts.map(codebookUse)
    const figures = [
      ['perplexity', mean(each.map(({ perplexity }) => perplexity))],
      ['usage', mean(each.map(({ usage }) => 100 * usage))],
      ...(each.length === 1
        ? []
        : each.flatMap(({ usage, perplexity }, index) => [
            [`perplexity${index + 1}`, perplexity] as const,
            [`usage${index + 1}`, 100 * usage] as const,
          ])),
    ] as const
    return Object.fromEntries(figures.map(([name, value]) => [name, { value, standardError: null }]))
  },
})

/** Perplexity and usage of codebooks over a data set, and of each where there are several. */
export const codebookUseOf = <P, S>(
  codebooks: readonly number[],
  encode: (trained: Trained<P, S>, batch: RunBatch) => TensorOf<[number, ...number[]], 'i32'>,
): BatchMetric<P, S> => {
  const figures = (suffix: string, words: string, size: number): FigureInfo[] => [
    { name: `perplexity${suffix}`, title: `perplexity${words}`, unit: `of ${size} codes` },
    { name: `usage${suffix}`, title: `codes used${words}`, unit: `% of ${size} codes` },
  ]
  const several = codebooks.length > 1
  return batchMetric({
    name: 'codebook',
    figures: [
      ...figures('', several ? ', mean' : '', codebooks[0]!),
      ...(several
        ? codebooks.flatMap((size, index) => figures(`${index + 1}`, `, codebook ${index + 1}`, size))
        : []),
    ],
    see: encode,
    start: codesTally(noCodes(codebooks)),
  })
}
