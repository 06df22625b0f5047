import {
  add,
  broadcastTo,
  cast,
  cumsum,
  div,
  equal,
  expandDims,
  eye,
  greater,
  greaterEqual,
  log,
  maximum,
  mul,
  select,
  sub,
  sum,
  type Tensor,
} from '@vae/tensor'

/** How the aggregate posterior of a data set is estimated from a batch: minibatch weighted or stratified sampling. */
export type BatchSampling = 'weighted' | 'stratified'

/**
 * 1/(N M) for each of the M examples of the batch. An estimate that is biased, since the example that a sample came from
 * is always in the batch. Chen et al. (2018), appendix C.1.
 */
const weighted = (count: Tensor<[]>, datasetSize: number): Tensor<[]> => div(1, mul(count, datasetSize))

/**
 * The number of each example among those that count, from 0, as `[B]`; an example that does not count has that of the
 * last before it that does.
 */
const ranksOf = <B extends number>(present: Tensor<[B]>): Tensor<[B]> => sub(cumsum(present, 0), 1)

/**
 * Row i: 1/N for example i itself, (N − M)/(N M) for the one after it and 1/M for all others, where M is one less than
 * the number of examples. Unbiased. Chen et al. (2018), appendix C.2.
 *
 * A batch that is the whole data set is the case M = N of the appendix: no example is left out, the last term vanishes,
 * and each has 1/N.
 */
const stratified = <B extends number>(
  present: Tensor<[B]>,
  count: Tensor<[]>,
  datasetSize: number,
): Tensor<[B, B]> => {
  const size = present.shape[0]
  const ranks = ranksOf(present)
  const following = select(equal(add(ranks, 1), count), 0, add(ranks, 1))
  const isNext = equal(expandDims(following, 1), expandDims(ranks, 0))
  const isSelf = greater(eye(size), 0)
  // A batch of one example has no others, whose weight this would be.
  const others = maximum(sub(count, 1), 1)
  const last = div(sub(datasetSize, others), mul(others, datasetSize))
  const part = select(isSelf, 1 / datasetSize, select(isNext, last, div(1, others)))
  const isWhole = broadcastTo(greaterEqual(count, datasetSize), [size, size])
  return select(isWhole, div(1, count), part)
}

/**
 * The logarithms of the weights with which the examples of a batch (columns) stand for a data set of N at the sample of
 * each of them (rows), `[B, B]`: q(zᵢ) ≈ Σⱼ wᵢⱼ q(zᵢ | xⱼ). Examples of weight 0 are left out: −∞. Rows of the stratified
 * weights sum to 1, those of the weighted ones to 1/N.
 *
 * ```ts
 * exp(logMixtureWeights('stratified', ones([3]), 4)) // → [[0.25, 0.25, 0.5], [0.5, 0.25, 0.25], [0.25, 0.5, 0.25]]
 * exp(logMixtureWeights('weighted', ones([2]), 4)) // → [[0.125, 0.125], [0.125, 0.125]]
 * ```
 *
 * Throws a `RangeError` for a size that is no whole number above 0, and for a stratified batch of one example of several.
 *
 * @see R. Chen et al., "Isolating sources of disentanglement in VAEs" (2018), appendix C
 */
export const logMixtureWeights = <B extends number>(
  sampling: BatchSampling,
  weights: Tensor<[B]>,
  datasetSize: number,
): Tensor<[B, B]> => {
  const size = weights.shape[0]
  if (!Number.isInteger(datasetSize) || datasetSize < 1)
    throw new RangeError(`logMixtureWeights: datasetSize must be a whole number above 0, got ${datasetSize}`)
  if (sampling === 'stratified' && size === 1 && datasetSize > 1)
    throw new RangeError('logMixtureWeights: stratified sampling needs a batch of 2 examples or more, got 1')
  const counts = greater(weights, 0)
  const present = cast(counts, 'f32')
  const count = sum(present, [0])
  const mixture =
    sampling === 'stratified'
      ? stratified(present, count, datasetSize)
      : broadcastTo(weighted(count, datasetSize), [size, size])
  return select(broadcastTo(counts, [size, size]), log(mixture), Number.NEGATIVE_INFINITY)
}
