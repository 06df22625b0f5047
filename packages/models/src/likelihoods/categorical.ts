import {
  add,
  arange,
  argmax,
  cast,
  expandDims,
  type Key,
  log,
  logSumExp,
  mul,
  neg,
  softmax,
  squeeze,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  takeAlong,
  uniform,
} from '@vae/tensor'
import { intensityOf, levelOf, levels } from './levels.ts'
import { type Likelihood, likelihoodOf } from './likelihood.ts'

/** Noise −log(−log u) of the Gumbel distribution. */
const gumbel = (key: Key, shape: readonly [number, number, number]): Tensor<[number, number, number]> => {
  // The odd multiples of 2⁻²⁴ between 0 and 1: never an end, where the logarithm is infinite.
  const u = add(uniform(key, shape), 2 ** -24)
  return neg(log(neg(log(u))))
}

/**
 * The index of a choice among K, with the probabilities softmax(logits) along the second axis: `[B, K, F]` → `[B, F]`. The
 * largest of the logits with Gumbel noise; Maddison, Tarlow & Minka, "A* sampling" (2014), section 2.
 *
 * ```ts
 * sampleCategorical(tensor([1, 2, 2], [1e4, 0, 0, 1e4]), key(0)) // → [[0, 1]]
 * ```
 */
export const sampleCategorical = <B extends number, K extends number, F extends number>(
  logits: Tensor<[B, K, F]>,
  key: Key,
): TensorOf<[B, F], 'i32'> => argmax(add(logits, gumbel(key, logits.shape)), 1)

/**
 * One of 256 levels for each value, 0/255 to 255/255; the decoder gives a logit for each level, `[B, 256, F]`. An x
 * between two levels counts as the nearest. van den Oord, Kalchbrenner & Kavukcuoglu, "Pixel recurrent neural networks"
 * (2016), section 3.4.
 *
 * ```ts
 * categorical.logLikelihood(zeros([1, 256, 1]), ones([1, 1])) // → [-5.545]
 * ```
 */
export const categorical: Likelihood<'categorical', 256> = likelihoodOf({
  name: 'categorical',
  outputs: levels,
  logLikelihood: (logits, x) => {
    const index = expandDims(cast(levelOf(x), 'i32'), 1)
    return sum(sub(squeeze(takeAlong(logits, index, 1), [1]), logSumExp(logits, [1])), [1])
  },
  mean: (logits) => {
    const intensities = expandDims(intensityOf(arange(levels)), -1)
    return sum(mul(softmax(logits, 1), intensities), [1])
  },
  sample: (logits, key) => intensityOf(cast(sampleCategorical(logits, key), 'f32')),
})
