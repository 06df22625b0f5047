import {
  fsq,
  groupedQuantizer,
  lfq,
  type Quantizer,
  residualQuantizer,
  type VectorQuantizer,
  type VectorQuantizerOptions,
  vectorQuantizer,
} from '@vae/models'
import { z } from 'zod'
import type { HiddenTree } from './run-model.ts'
import { natural } from './settings.ts'

/** A codebook as `config.json` holds it. */
export const codebookSettings = z.strictObject({
  codes: natural,
  /** Features of a code. */
  dimension: natural,
  metric: z.enum(['euclidean', 'cosine']),
  /** How the codes learn. */
  learning: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('gradient') }),
    z.strictObject({
      kind: z.literal('ema'),
      decay: z.number().gt(0).lt(1),
      estimator: z.enum(['straight-through', 'rotation']),
      /** The share of average use below which a code is given up; null for never. */
      restart: z.number().gt(0).lt(1).nullable(),
    }),
  ]),
  /** Whether training starts with the codes that k-means finds. */
  kmeans: z.boolean(),
  /** The weight of the commitment. */
  commitment: z.number().nonnegative(),
  /** The weight of the entropy penalty; null for none. */
  entropy: z.number().positive().nullable(),
})
export type CodebookSettings = z.infer<typeof codebookSettings>

export const quantizerSettings = {
  'vq-vae': { codebook: codebookSettings },
  rvq: {
    codebook: codebookSettings,
    stages: natural,
    /** Whether each step uses a random number of stages. */
    dropout: z.boolean(),
  },
  'grouped-vq': { codebook: codebookSettings, groups: natural },
  fsq: { levels: z.array(z.int().min(2).max(1000)).min(1).max(16) },
  lfq: {
    /** Bits of a code, a feature each. */
    bits: z.int().min(1).max(31),
    commitment: z.number().nonnegative(),
    entropy: z.number().nonnegative(),
  },
} as const

/** A quantizer of which the run alone knows sizes and parameters. */
export type RunQuantizer = Quantizer<string, number, HiddenTree, HiddenTree, string, number[]>

/** The temperature of the soft assignments in the entropy penalty of a codebook, in units of squared distances. */
const temperature = 1

const optionsOf = ({ learning, metric, entropy }: CodebookSettings): VectorQuantizerOptions => {
  const shared = { metric, ...(entropy === null ? {} : { entropy: { temperature } }) }
  if (learning.kind === 'gradient') return { learning: 'gradient', ...shared }
  const { decay, estimator, restart } = learning
  return {
    learning: 'ema',
    decay,
    estimator,
    ...(restart === null ? {} : { restart: { threshold: restart } }),
    ...shared,
  }
}

/** One codebook, for vectors of `dimension` features. */
const codebookOf = (
  settings: CodebookSettings,
  dimension: number,
): VectorQuantizer<number, number, VectorQuantizerOptions> =>
  vectorQuantizer(dimension, settings.codes, optionsOf(settings))

/** A quantizer without the types of its trees and stages: see `runModel`. */
const hiding = (quantizer: unknown): RunQuantizer => quantizer as RunQuantizer

/** Quantizers by kind. Each throws a `ShapeError` where its settings do not fit. */
export const quantizers = {
  'vq-vae': ({ codebook }: { readonly codebook: CodebookSettings }) =>
    hiding(codebookOf(codebook, codebook.dimension)),
  rvq: ({
    codebook,
    stages,
    dropout,
  }: {
    readonly codebook: CodebookSettings
    readonly stages: number
    readonly dropout: boolean
  }) =>
    hiding(
      residualQuantizer(
        codebookOf(codebook, codebook.dimension),
        stages,
        dropout ? { dropout: { minimum: 1 } } : {},
      ),
    ),
  'grouped-vq': ({ codebook, groups }: { readonly codebook: CodebookSettings; readonly groups: number }) =>
    hiding(
      groupedQuantizer(
        codebook.dimension,
        groups,
        // Where groups do not divide the features, `groupedQuantizer` says so.
        codebookOf(codebook, Math.max(1, Math.floor(codebook.dimension / groups))),
      ),
    ),
  fsq: ({ levels }: { readonly levels: readonly number[] }) => hiding(fsq([...levels])),
  lfq: ({ bits }: { readonly bits: number }) => hiding(lfq(bits)),
} as const
