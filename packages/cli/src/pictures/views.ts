import { compileWith } from '@vae/autograd'
import { evaluationBatches, exampleCount, take } from '@vae/data'
import { valuesOf } from '@vae/models'
import { type Key, split, type Tensor, type TensorOf, tensor } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { type CodeCounts, countCodes, noCodes } from '../metrics/batch-metric.ts'
import type { HiddenTree, LatentSpace, RunBatch, RunModel } from '../models/run-model.ts'
import { type Studio, samplesAtOnce } from '../models/samplers.ts'

/** Rows of numbers: the values of examples, or latents. */
export type Rows = readonly Float32Array[]

/** What a trained model makes of data, as plain rows of numbers for pictures. */
export interface Views {
  /** The values of the first `count` examples, and what the model makes of each. */
  readonly reconstructions: (
    data: RunDataset,
    count: number,
  ) => { readonly originals: Rows; readonly reconstructed: Rows }
  readonly samples: (key: Key, count: number) => Rows
  /** The points that stand for the first `count` examples; null for a model without such a space. */
  readonly latents: ((data: RunDataset, count: number) => Rows) | null
  /** Examples at points of that space. */
  readonly generate: (points: Rows) => Rows
  /** The mean KL of each latent dimension over the first `count` examples, in nats; null where it is unknown. */
  readonly klPerDimension: ((data: RunDataset, count: number) => readonly number[]) | null
  /** How often each code of each codebook is chosen by the first `count` examples; null for a model without codes. */
  readonly codes: ((data: RunDataset, count: number) => CodeCounts) | null
}

/** Examples that are computed at once. */
const atOnce = 100

/** The first `count` rows of tensors with a row for each example. */
const rowsOf = (parts: readonly Tensor<[number, ...number[]]>[], count: number): Rows =>
  parts
    .flatMap(({ shape, data }) => {
      const size = data.length / shape[0]
      return Array.from({ length: shape[0] }, (_, row) => data.slice(row * size, (row + 1) * size))
    })
    .slice(0, count)

type Examples = RunBatch['examples']

/** The views of a model with what training has made of it. */
export const viewsOf = (model: RunModel, studio: Studio<HiddenTree, HiddenTree>): Views => {
  const { engine, trained } = studio
  const compile = compileWith(engine)
  const known = (data: RunDataset, count: number): number => Math.min(count, exampleCount(data))
  const overFirst = <T>(data: RunDataset, count: number, see: (batch: RunBatch) => T): T[] =>
    Array.from(evaluationBatches(take(count)(data), Math.min(atOnce, known(data, count))), see)
  /** A function of a model's trees and something else, compiled with the trees in their place. */
  const withTrained = <X, Y>(f: (t: typeof trained, x: X) => Y): ((x: X) => Y) => {
    const compiled = compile(f)
    return (x) => compiled(trained, x)
  }

  const values = (examples: Examples) => valuesOf<[number, ...number[]]>(examples)
  const reconstruct = withTrained((t, examples: Examples) => ({
    x: values(examples),
    reconstruction: model.reconstruct(t)(values(examples)),
  }))
  const { latents, codes } = model
  const inSpace = <Y>(f: (space: LatentSpace<HiddenTree>) => (examples: Examples) => Y) =>
    latents === null ? null : f(latents)
  const encode = inSpace(({ encode }) =>
    withTrained((t, examples: Examples) => encode(t.params)(values(examples))),
  )
  const kl =
    latents?.klPerDimension == null
      ? null
      : withTrained((t, examples: Examples) => latents.klPerDimension!(t.params)(values(examples)))
  const decode =
    latents === null ? null : withTrained((t, z: Tensor<[number, number]>) => latents.generate(t.params)(z))
  const indices =
    codes === null ? null : withTrained((t, examples: Examples) => codes.encode(t)(values(examples)))

  return {
    reconstructions: (data, count) => {
      const seen = overFirst(data, count, ({ examples }) => reconstruct(examples))
      const rows = known(data, count)
      return {
        originals: rowsOf(
          seen.map(({ x }) => x),
          rows,
        ),
        reconstructed: rowsOf(
          seen.map(({ reconstruction }) => reconstruction),
          rows,
        ),
      }
    },
    samples: (key, count) => {
      const draw = model.sampler.start(studio)
      const keys = split<number>(key, Math.ceil(count / samplesAtOnce))
      return rowsOf(keys.map(draw), count)
    },
    latents:
      encode === null
        ? null
        : (data, count) =>
            rowsOf(
              overFirst(data, count, ({ examples }) => encode(examples)),
              known(data, count),
            ),
    generate: (points) => {
      if (decode === null || points.length === 0) return []
      const size = points[0]!.length
      const blocks = Array.from({ length: Math.ceil(points.length / atOnce) }, (_, block) => {
        const z = new Float32Array(atOnce * size)
        points.slice(block * atOnce, (block + 1) * atOnce).forEach((point, row) => {
          z.set(point, row * size)
        })
        return decode(tensor([atOnce, size], z))
      })
      return rowsOf(blocks, points.length)
    },
    klPerDimension:
      kl === null
        ? null
        : (data, count) => {
            const rows = rowsOf(
              overFirst(data, count, ({ examples }) => kl(examples)),
              known(data, count),
            )
            return Array.from(rows[0]!, (_, dimension) =>
              rows.reduce((sum, row) => sum + row[dimension]! / rows.length, 0),
            )
          },
    codes:
      indices === null || codes === null
        ? null
        : (data, count) =>
            overFirst(data, count, ({ examples, weights }) => ({
              chosen: indices(examples) as TensorOf<[number, ...number[]], 'i32'>,
              weights: weights.data,
            })).reduce(
              (counts, { chosen, weights }) => countCodes(counts, chosen, weights),
              noCodes(codes.codebooks),
            ),
  }
}
