import {
  argsort,
  broadcastTo,
  cast,
  cumsum,
  expandDims,
  greater,
  type Key,
  type Now,
  select,
  sub,
  type Tensor,
  takeAlong,
  uniform,
} from '@vae/tensor'
import { exampleWeights, type GuardExampleWeights } from '../agreement.ts'

/**
 * Each latent dimension in an order of its own over the examples of the batch, `[B, Z]`: a sample of the product of the
 * marginals of q(z), where z is one of q(z). Kim & Mnih, "Disentangling by factorising" (2018), algorithm 1.
 *
 * Examples of weight 0, which are padding, stay where they are and enter no other row. Depends on the batch by definition.
 *
 * ```ts
 * const z = tensor([3, 2], [1, 10, 2, 20, 3, 30])
 * sort(permuteDimensions(z, ones([3]), key(0)), 0) // → [[1, 10], [2, 20], [3, 30]]
 * ```
 */
export const permuteDimensions = <B extends number, Z extends number, C extends number, Moment = Now>(
  z: Tensor<[B, Z]>,
  weights: GuardExampleWeights<Moment, 'permuteDimensions', B, C>,
  key: Key,
): Tensor<[B, Z]> => {
  const [examples, latent] = z.shape
  const counts = greater(exampleWeights('permuteDimensions', examples, weights), 0)
  const counting = broadcastTo(expandDims(counts, 1), [examples, latent])
  // Random numbers are below 1, so that what does not count is sorted behind everything that does.
  const order = argsort(select(counting, uniform(key, [examples, latent]), 1), 0)
  // The n-th example that counts takes the n-th of the order.
  const rank = cast(sub(cumsum(cast(counts, 'f32'), 0), 1), 'i32')
  const places = broadcastTo(expandDims(rank, 1), [examples, latent])
  return select(counting, takeAlong(z, takeAlong(order, places, 0), 0), z)
}
