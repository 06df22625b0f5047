import type { RunDataset } from '../data.ts'
import type { Rows, Views } from './views.ts'

/** A row of points: one latent dimension changes, the others stay as they are. */
export interface Traversal {
  readonly dimension: number
  /** Its mean KL in nats, where that is known. */
  readonly kl: number | null
  readonly points: Rows
}

/** The most dimensions that a picture shows. */
const mostDimensions = 10

/** Examples that say which dimensions matter. */
const examples = 1000

const steps = 11

/** How far a dimension is changed, in standard deviations. */
const reach = 3

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Mean and standard deviation of one dimension. */
const spread = (rows: Rows, dimension: number): { readonly mean: number; readonly deviation: number } => {
  const values = rows.map((row) => row[dimension]!)
  const mean = meanOf(values)
  return { mean, deviation: Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2))) }
}

/**
 * The latent dimensions of the first example, one changed at a time; those with the largest KL first, over N(0, 1) from −3 to
 * 3. Where no KL is known, those whose codes vary most come first, over three standard deviations of the codes.
 */
export const traversalsOf = (views: Views, data: RunDataset): readonly Traversal[] => {
  if (views.latents === null) return []
  const rows = views.latents(data, examples)
  const start = rows[0]!
  const kls = views.klPerDimension?.(data, examples) ?? null
  const dimensions = Array.from(start, (_, dimension) => {
    const { mean, deviation } = kls === null ? spread(rows, dimension) : { mean: 0, deviation: 1 }
    return { dimension, mean, deviation, kl: kls?.[dimension] ?? null }
  })
  return dimensions
    .sort((a, b) => (b.kl ?? b.deviation) - (a.kl ?? a.deviation))
    .slice(0, mostDimensions)
    .map(({ dimension, mean, deviation, kl }) => ({
      dimension,
      kl,
      points: Array.from({ length: steps }, (_, step) => {
        const point = start.slice()
        point[dimension] = mean + deviation * reach * ((2 * step) / (steps - 1) - 1)
        return point
      }),
    }))
}
