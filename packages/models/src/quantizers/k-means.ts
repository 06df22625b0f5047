import { scan } from '@vae/autograd'
import {
  add,
  arange,
  argmin,
  argsort,
  div,
  embed,
  equal,
  full,
  greater,
  type Key,
  log,
  maximum,
  minimum,
  mul,
  neg,
  randomBits,
  reshape,
  ShapeError,
  scatterAdd,
  select,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  uniform,
  zeros,
} from '@vae/tensor'
import { checkLayerSizes } from '../size.ts'
import { type Metric, nearestCode, preparedFor, squaredDistance, unitRows } from './codebook.ts'
import type { KMeansOptions } from './quantizer.ts'
import { alongRows, type Candidates, candidatesAt, countRows, replaceRows, shuffled } from './restart.ts'

/** The means of K clusters. */
export interface Clusters<K extends number, D extends number> {
  readonly centers: Tensor<[K, D]>
  /** The weight of each cluster. */
  readonly counts: Tensor<[K]>
  /** The weighted mean of ‖x − center‖² before each round: it never rises. */
  readonly distortions: Tensor<[number]>
}

/** A squared distance beyond all others: before the first center every row is as far. */
const far = 2 ** 60

/** Less than any squared distance that matters, so that rows can still be drawn where all lie on centers. */
const near = 1e-30

/** Sample `[N, D]` with weights. */
interface Sample<N extends number, D extends number> {
  readonly x: Tensor<[N, D]>
  readonly weights: Tensor<[N]>
}

/**
 * K rows, each drawn with a probability proportional to its squared distance from those before. Arthur & Vassilvitskii,
 * "k-means++: the advantages of careful seeding" (2007). The draw is a race: the least of exponential times, each with
 * the rate of its row.
 */
const farApartRows = <N extends number, K extends number, D extends number>(
  { x, weights }: Sample<N, D>,
  clusters: K,
  key: Key,
): Tensor<[K, D]> => {
  const [rows, dimension] = x.shape
  // The rows of random bits are keys, as `split` makes them, stacked.
  const keys = randomBits(key, [clusters, 2])
  const counted = greater(weights, 0)
  const pick = (distances: Tensor<[N]>, words: TensorOf<[2], 'u32'>) => {
    // Two random words are what a key is made of.
    const times = neg(log(uniform(words as Key, [rows])))
    const rates = add(mul(distances, weights), near)
    const first = argmin(select(counted, div(times, rates), Number.POSITIVE_INFINITY), 0)
    const center = embed(x, reshape(first, [1]))
    const distance = sum(square(sub(x, center)), [1])
    return { carry: minimum(distances, distance), output: reshape(center, [dimension]) }
  }
  const none: Tensor<[N]> = full([rows], far)
  return scan(pick)(none, keys).outputs
}

/** Rows by distance from their centers, those that are farthest first; a cluster that lost all takes one of them. */
const farthest = <N extends number, D extends number>(
  { x, weights }: Sample<N, D>,
  distances: Tensor<[N]>,
): Candidates<N, D> => ({
  rows: x,
  order: argsort(select(greater(weights, 0), distances, -1), 0, { descending: true }),
  available: countRows(weights),
})

/**
 * Lloyd's algorithm with a fixed number of rounds, so that it compiles: the centers of K clusters of vectors `[N, D]`.
 * Clusters that get no vector take the vectors that are farthest from their centers. With the cosine metric all vectors
 * and centers have length 1 (spherical k-means).
 *
 * ```ts
 * const x = tensor([4, 1], [0, 1, 10, 11])
 * const { centers } = kMeans(2)({ x, weights: ones([4]) }, key(0))
 * sort(centers, 0) // → [[0.5], [10.5]]
 * ```
 *
 * Throws a `ShapeError` where there are fewer vectors than clusters.
 */
export const kMeans =
  <K extends number>(
    clusters: K,
    { iterations = 10, seeding = 'k-means++' }: KMeansOptions = {},
    metric: Metric = 'euclidean',
  ) =>
  <N extends number, D extends number>(sample: Sample<N, D>, key: Key): Clusters<K, D> => {
    checkLayerSizes('kMeans', { clusters, iterations })
    const { weights } = sample
    const x = preparedFor(metric, stopGradient(sample.x))
    const [rows, dimension] = x.shape
    if (rows < clusters)
      throw new ShapeError(`kMeans: ${clusters} clusters need as many vectors, got ${rows}`)
    const blank: Tensor<[K, D]> = zeros([clusters, dimension])
    const seeds =
      seeding === 'random'
        ? candidatesAt(shuffled(x, weights, key), arange<K, 'i32'>(clusters, 'i32'))
        : farApartRows({ x, weights }, clusters, key)
    const weighted = mul(x, reshape(weights, [rows, 1]))
    const everything = sum(weights, [0])
    const assigned = (centers: Tensor<[K, D]>) => {
      const indices = nearestCode(centers, x)
      const counts: Tensor<[K]> = scatterAdd(zeros([clusters]), indices, weights, 0)
      return { indices, counts }
    }
    const round = (centers: Tensor<[K, D]>) => {
      const { indices, counts } = assigned(centers)
      const distances: Tensor<[N]> = squaredDistance(x, embed(centers, indices))
      const totals: Tensor<[K, D]> = scatterAdd(blank, indices, weighted, 0)
      const means = div(totals, reshape(maximum(counts, near), [clusters, 1]))
      const moved = metric === 'cosine' ? unitRows(means) : means
      const kept = select(alongRows(greater(counts, 0), centers), moved, centers)
      const next = replaceRows(kept, equal(counts, 0), farthest({ x, weights }, distances))
      return { carry: next, output: div(sum(mul(distances, weights), [0]), everything) }
    }
    const { carry: centers, outputs } = scan((centers: Tensor<[K, D]>, _: Tensor<[]>) => round(centers))(
      seeds,
      zeros([iterations]),
    )
    return { centers, counts: assigned(centers).counts, distortions: outputs }
  }
