import { div, exp, log, logSoftmax, maximum, mul, neg, reshape, sub, sum, type Tensor } from '@vae/tensor'

/** Keeps logarithms of 0 and divisions by 0 finite where a factor of 0 makes them vanish. */
const tiny = 1e-30

/**
 * H(pᵢ) − H(p̄) of soft assignments p = softmax(logits), in nats for each row, `[N]`: least where each row is sure of its
 * code and all codes are used equally. p̄ is their mean over the rows that count, so that it depends on the batch by
 * definition. Its mean is minus the mutual information of rows and codes. Yu et al., "Language model beats diffusion"
 * (MAGVIT-v2, 2023), section 3.1.
 *
 * ```ts
 * const sure = tensor([2, 2], [100, 0, 0, 100])
 * entropyPenalty(sure, ones([2])) // → [-0.6931, -0.6931]
 * ```
 *
 * @param logits `[N, K]`
 * @param weights `[N]`, 0 for padding
 */
export const entropyPenalty = <N extends number, K extends number>(
  logits: Tensor<[N, K]>,
  weights: Tensor<[N]>,
): Tensor<[N]> => {
  const logP = logSoftmax(logits, 1)
  const p = exp(logP)
  const ofEach = neg(sum(mul(p, logP), [1]))
  const shares = div(weights, maximum(sum(weights, [0]), tiny))
  const average = sum(mul(p, reshape(shares, [shares.shape[0], 1])), [0])
  const ofAverage = neg(sum(mul(average, log(maximum(average, tiny))), [0]))
  return sub(ofEach, ofAverage)
}
