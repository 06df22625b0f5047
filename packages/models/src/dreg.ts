import { customVjp } from '@vae/autograd'
import { expandDims, mul, softmax, stopGradient, type Tensor, zeros } from '@vae/tensor'
import { iwaeBound } from './importance-bounds.ts'

/** Samples that will be scaled on the way back, and the gate through which the scale comes. */
interface Gated<K extends number, B extends number, Z extends number> {
  readonly z: Tensor<[K, B, Z]>
  readonly gate: Tensor<[K, B]>
}

/** z as it is; backward, its cotangent times the cotangent of the gate. */
const gated = <K extends number, B extends number, Z extends number>(
  z: Tensor<[K, B, Z]>,
): Gated<K, B, Z> => {
  const open = (samples: Tensor<[K, B, Z]>): Gated<K, B, Z> => ({
    z: samples,
    gate: zeros([samples.shape[0], samples.shape[1]]),
  })
  return customVjp(
    open,
    (samples) => ({ value: open(samples), residuals: {} }),
    (_, cotangent) => [mul(cotangent.z, expandDims(cotangent.gate, 2))],
  )(z)
}

/** The importance weighted bound; backward, the normalised weights go through the gate, whatever the bound is part of. */
const boundThrough = <K extends number, B extends number>(
  logWeights: Tensor<[K, B]>,
  gate: Tensor<[K, B]>,
): Tensor<[B]> =>
  customVjp(
    (logs: Tensor<[K, B]>, _: Tensor<[K, B]>): Tensor<[B]> => iwaeBound(logs),
    (logs, _) => ({ value: iwaeBound(logs), residuals: softmax(logs, 0) }),
    (normalised, cotangent) => [mul(normalised, expandDims(cotangent, 0)), normalised],
  )(logWeights, gate)

/**
 * The importance weighted bound, `[B]` in nats per example, with doubly reparametrised gradients: what flows back through
 * the samples z, to the encoder, is weighted with w̃², and what flows to everything else, the decoder, with w̃, where w̃ are
 * the normalised weights. Same value as `iwaeBound` and the same gradient on average, with less variance. Tucker et al.,
 * "Doubly reparameterized gradient estimators for Monte Carlo objectives" (2019).
 *
 * `logWeights` gives log p(x, z) − log q(z | x) at samples z of `[K, B, Z]`. In it the parameters of q must be constants,
 * since z alone carries the encoder's gradient. One backward pass serves both: the weights are known only after
 * log p(x, z), and reach the samples as the cotangent of a second result.
 *
 * ```ts
 * const loss = (mean: Tensor<[1, 1]>) => {
 *   const z = add(tensor([2, 1, 1], [-0.5, 0.5]), mean)
 *   const fixed = stopGradient(mean)
 *   const logRatio = (z: Tensor<[2, 1, 1]>) => squeeze(mul(sub(square(sub(z, fixed)), square(z)), 0.5), [2])
 *   return squeeze(dregBound(z, logRatio), [0])
 * }
 * grad(loss)(tensor([1, 1], [1])) // → [[-0.6068]]
 * ```
 *
 * It cannot be differentiated twice.
 */
export const dregBound = <K extends number, B extends number, Z extends number>(
  z: Tensor<[K, B, Z]>,
  logWeights: (z: Tensor<[K, B, Z]>) => Tensor<[K, B]>,
): Tensor<[B]> => dregBoundAndWeights(z, logWeights).bound

/** A bound, and the log-weights that it is of. */
export interface BoundAndWeights<K extends number, B extends number> {
  readonly bound: Tensor<[B]>
  /** log p(x, z) − log q(z | x), `[K, B]` in nats. */
  readonly logWeights: Tensor<[K, B]>
}

/** `dregBound` with its log-weights, for whoever needs both and would compute p(x, z) twice. */
export const dregBoundAndWeights = <K extends number, B extends number, Z extends number>(
  z: Tensor<[K, B, Z]>,
  logWeights: (z: Tensor<[K, B, Z]>) => Tensor<[K, B]>,
): BoundAndWeights<K, B> => {
  const { z: samples, gate } = gated(z)
  const logs = logWeights(samples)
  return { bound: boundThrough(logs, gate), logWeights: stopGradient(logs) }
}
