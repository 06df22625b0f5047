import { abs, mul, sub, type Tensor } from '@vae/tensor'

/**
 * γ · |KL − C| for each example, `[B]`: holds the KL of every example at the capacity C, in nats. Burgess et al.,
 * "Understanding disentangling in β-VAE" (2018), equation 8. `gamma` has no unit.
 *
 * ```ts
 * capacityPenalty(tensor([2], [3, 8]), tensor([], [5]), tensor([], [100])) // → [200, 300]
 * ```
 */
export const capacityPenalty = <B extends number>(
  kl: Tensor<[B]>,
  capacity: Tensor<[]>,
  gamma: Tensor<[]>,
): Tensor<[B]> => mul(abs(sub(kl, capacity)), gamma)
