import { add, logSumExp, mean, mul, reshape, sub, type Tensor } from '@vae/tensor'

/*
 * Bounds on log p(x), in nats per example, from logarithms of importance weights, log p(x, z) − log q(z | x), one for each
 * of K samples of z: `[K, B]`. All are lower bounds in expectation, and are maximised.
 */

/**
 * The evidence lower bound as the mean of K samples, `[K, B]` → `[B]`. Kingma & Welling (2013), equation 2.
 *
 * ```ts
 * elboOfSamples(tensor([2, 1], [-3, -1])) // → [-2]
 * ```
 */
export const elboOfSamples = <K extends number, B extends number>(logWeights: Tensor<[K, B]>): Tensor<[B]> =>
  mean(logWeights, [0])

/**
 * log 1/K Σₖ wₖ: the bound of the importance weighted autoencoder, `[K, B]` → `[B]`. The tighter the more samples there
 * are. Burda et al., "Importance weighted autoencoders" (2016), equation 8.
 *
 * ```ts
 * iwaeBound(tensor([2, 1], [-1000, -1000])) // → [-1000]
 * iwaeBound(tensor([2, 1], [Math.log(1), Math.log(3)])) // → [0.6931]
 * ```
 */
export const iwaeBound = <K extends number, B extends number>(logWeights: Tensor<[K, B]>): Tensor<[B]> =>
  sub(logSumExp(logWeights, [0]), Math.log(logWeights.shape[0]))

/**
 * The mean of M importance weighted bounds with K samples each, `[M, K, B]` → `[B]`. Rainforth et al., "Tighter
 * variational bounds are not necessarily better" (2018).
 *
 * ```ts
 * miwaeBound(tensor([2, 2, 1], [0, 0, -3, -3])) // → [-1.5]
 * ```
 */
export const miwaeBound = <M extends number, K extends number, B extends number>(
  logWeights: Tensor<[M, K, B]>,
): Tensor<[B]> => mean(sub(logSumExp(logWeights, [1]), Math.log(logWeights.shape[1])), [0])

/**
 * β · ELBO + (1 − β) · IWAE, `[K, B]` → `[B]`, with β from 0 to 1. Rainforth et al. (2018).
 *
 * ```ts
 * ciwaeBound(tensor([2, 1], [0, Math.log(3)]), tensor([], [0.5])) // → [0.6212]
 * ```
 */
export const ciwaeBound = <K extends number, B extends number>(
  logWeights: Tensor<[K, B]>,
  beta: Tensor<[]>,
): Tensor<[B]> => add(mul(elboOfSamples(logWeights), beta), mul(iwaeBound(logWeights), sub(1, beta)))

/** The bounds of the two halves of a partially importance weighted autoencoder, in nats per example. */
export interface PiwaeBounds<B extends number> {
  /** What the encoder maximises: the mean of M bounds with K samples each. */
  readonly encoder: Tensor<[B]>
  /** What the decoder maximises: one bound with all M K samples. */
  readonly decoder: Tensor<[B]>
}

/**
 * The bounds of PIWAE, `[M, K, B]` → `[B]` each: the encoder gets the better signal of fewer samples, the decoder the
 * tighter bound. The encoder must be held constant in one and the decoder in the other. Rainforth et al.
 * (2018).
 *
 * ```ts
 * piwaeBounds(tensor([2, 2, 1], [0, 0, -3, -3])) // → { encoder: [-1.5], decoder: [-0.6446] }
 * ```
 */
export const piwaeBounds = <M extends number, K extends number, B extends number>(
  logWeights: Tensor<[M, K, B]>,
): PiwaeBounds<B> => {
  const [m, k, b] = logWeights.shape
  return { encoder: miwaeBound(logWeights), decoder: iwaeBound(reshape(logWeights, [m * k, b])) }
}
