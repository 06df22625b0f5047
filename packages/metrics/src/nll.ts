import { compileWith, type Engine } from '@vae/autograd'
import { type Key, split, type Tensor } from '@vae/tensor'
import type { WeightedExamples } from './evaluate.ts'
import { type LogLikelihoodEstimate, logLikelihoodEstimate } from './log-likelihood.ts'
import { includeLogs, type LogMean, noLogs } from './log-mean.ts'
import { checkCount } from './refusal.ts'

/** What importance sampling needs of a model: two pure functions. */
export interface ImportanceSampler<P, Data, Posterior> {
  /** The posterior of a batch; any tree of tensors. */
  readonly encode: (params: P, batch: Data) => Posterior
  /**
   * log p(x, z) − log q(z | x) in nats for K samples z of the posterior of each of B examples, `[K, B]`. K is the
   * chunk that is computed at once, and free to choose: it does not change how many samples an estimate uses.
   */
  readonly logWeights: (params: P, batch: Data, posterior: Posterior, key: Key) => Tensor<[number, number]>
}

/** How far a long estimate is. */
export interface SamplingProgress {
  /** Batches that are complete. */
  readonly batches: number
  /** Samples of each example of the running batch that are complete. */
  readonly samples: number
}

/** How many samples to draw, and how. */
export interface NllOptions {
  /** Samples for each example. */
  readonly samples: number
  readonly key: Key
  /** Runs after each chunk of samples, to give the event loop a turn and to show progress. */
  readonly pause?: (progress: SamplingProgress) => Promise<void>
}

/** Estimates the negative log-likelihood of data sets. */
export interface NllEstimator<P, Data> {
  readonly run: (params: P, batches: Iterable<Data>, options: NllOptions) => Promise<LogLikelihoodEstimate>
  /** Gives the engine's memory back. */
  readonly close: () => void
}

/** The first `count` numbers of column `column` of a matrix with `columns` columns. */
function* columnOf(
  matrix: ArrayLike<number>,
  columns: number,
  column: number,
  count: number,
): Generator<number> {
  for (let row = 0; row < count; row++) yield matrix[row * columns + column]!
}

/**
 * The negative log-likelihood by importance sampling, −log 1/S Σ p(x, zₛ) / q(zₛ | x), in nats. Each batch is encoded
 * once; its samples come in chunks from one compiled program and are summed in f64. All `samples` are used: where the
 * last chunk is larger than what is left, its first rows count. Examples of weight 0 are padding and left out.
 *
 * The estimate is an upper bound of the true value on average, the tighter the more samples (Burda et al. 2016,
 * theorem 1): `monteCarloError` tells how far it may be from its own mean, and small `effectiveSamples` that the bound
 * is loose.
 *
 * Each chunk of each batch draws its noise from its own key. Another size of batches or chunks pairs examples with other
 * noise, so the numbers differ within the Monte-Carlo error; with noise that the batch itself carries they do not differ.
 *
 * ```ts
 * const half = Math.log(2 * Math.PI) / 2
 * // x = z + noise, both standard normal, with q(z | x) = p(z | x) = N(x / 2, 1 / 2): every weight is p(x).
 * const estimator = importanceSampledNll(referenceEngine, {
 *   encode: (_: Tensor<[]>, { x }: { x: Tensor<[1]>; weights: Tensor<[1]> }) => mul(x, 0.5),
 *   logWeights: (_, { x }, mean, key) => {
 *     const z = add(mean, mul(normal(key, [10, 1]), Math.SQRT1_2))
 *     const logJoint = sub(mul(add(square(z), square(sub(x, z))), -0.5), 2 * half)
 *     return add(sub(logJoint, neg(square(sub(z, mean)))), half - Math.log(2) / 2)
 *   },
 * })
 * const batches = [{ x: tensor([1], [3]), weights: ones([1]) }]
 * const { nll } = await estimator.run(zeros([]), batches, { samples: 25, key: key(0) })
 * nll.mean // → 3.516
 * ```
 *
 * Throws a `RangeError` unless `samples` is a whole number above 0.
 *
 * @see Y. Burda, R. Grosse, R. Salakhutdinov, "Importance Weighted Autoencoders" (ICLR 2016), equation 8
 */
export const importanceSampledNll = <P, Data extends WeightedExamples, Posterior>(
  engine: Engine,
  { encode, logWeights }: ImportanceSampler<P, Data, Posterior>,
): NllEstimator<P, Data> => {
  const encoder = compileWith(engine)(encode)
  const chunkOf = compileWith(engine)(logWeights)
  return {
    run: async (params, batches, { samples, key, pause }) => {
      checkCount('importanceSampledNll', 'samples', samples)
      const logMeans: LogMean[] = []
      const weights: number[] = []
      let done = 0
      let [now, rest] = split(key)
      for (const batch of batches) {
        const posterior = encoder(params, batch)
        const counts = batch.weights.data
        let running = Array.from(counts, () => noLogs)
        for (let drawn = 0; drawn < samples; ) {
          const [forChunk, next] = split(now)
          const { shape, data } = chunkOf(params, batch, posterior, forChunk)
          const [size, examples] = shape
          if (examples !== counts.length || !(size > 0))
            throw new RangeError(
              `importanceSampledNll: logWeights must give [K, ${counts.length}] with K above 0, got [${size}, ${examples}]`,
            )
          const used = Math.min(size, samples - drawn)
          running = running.map((mean, i) =>
            counts[i] === 0 ? mean : includeLogs(mean, columnOf(data, examples, i, used)),
          )
          drawn += used
          now = next
          await pause?.({ batches: done, samples: drawn })
        }
        for (const [i, weight] of counts.entries()) {
          if (weight === 0) continue
          logMeans.push(running[i]!)
          weights.push(weight)
        }
        done++
        ;[now, rest] = split(rest)
      }
      return logLikelihoodEstimate({ logMeans, weights })
    },
    close: () => {
      encoder.close()
      chunkOf.close()
    },
  }
}
