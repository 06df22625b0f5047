import {
  add,
  broadcastTo,
  expandDims,
  type Key,
  logSoftmax,
  logSumExp,
  mul,
  type Now,
  slice,
  softmax,
  split,
  squeeze,
  sum,
  type Tensor,
  type Times,
  takeAlong,
} from '@vae/tensor'
import { checkLayerSizes, type GuardSize } from '../size.ts'
import { sampleCategorical } from './categorical.ts'
import { drawLevel, expectedIntensity, levelLogProbability } from './level-probability.ts'
import { intensityOf } from './levels.ts'
import { type Likelihood, likelihoodOf, parameter } from './likelihood.ts'

/**
 * One of 256 levels, 0/255 to 255/255, for each value: the mass of a logistic distribution between the edges of the level,
 * with the tails in the first and the last one. The decoder gives a mean and the logarithm of a scale, `[B, 2, F]` in this
 * order, both as if intensities went from −1 to 1, so that a decoder that starts near 0 starts in the middle; the log-scale
 * is clamped to [−7, 7]. An x between two levels counts as the nearest. Salimans et al., "PixelCNN++" (ICLR 2017),
 * section 2.1; Kingma et al., "Improved variational inference with inverse autoregressive flow" (2016), appendix.
 *
 * ```ts
 * discretisedLogistic.logLikelihood(tensor([1, 2, 1], [1, -7]), ones([1, 1])) // → [-0.01347]
 * discretisedLogistic.mean(tensor([1, 2, 1], [0, -2])) // → [[0.5]]
 * ```
 */
export const discretisedLogistic: Likelihood<'discretised logistic', 2> = likelihoodOf({
  name: 'discretised logistic',
  outputs: 2,
  logLikelihood: (parameters, x) =>
    sum(levelLogProbability(parameter(parameters, 0), parameter(parameters, 1), x), [1]),
  mean: (parameters) => expectedIntensity(parameter(parameters, 0), parameter(parameters, 1)),
  sample: (parameters, key) =>
    intensityOf(drawLevel(parameter(parameters, 0), parameter(parameters, 1), key)),
})

/** The logits, means and log-scales of M components in `[B, 3 · M, F]`, each `[B, M, F]`. */
const componentsOf = <B extends number, F extends number>(
  parameters: Tensor<[B, number, F]>,
  count: number,
) => {
  const part = (index: number): Tensor<[B, number, F]> =>
    slice(parameters, 1, index * count, (index + 1) * count)
  return { logits: part(0), means: part(1), logScales: part(2) }
}

/**
 * One of 256 levels for each value, from a mixture of M discretised logistic distributions. The decoder gives M logits, then
 * M means, then M log-scales for each value, `[B, 3 · M, F]`; for the rest see `discretisedLogistic`. Values are independent
 * given the parameters: colours are not conditioned on each other. Salimans et al., "PixelCNN++" (ICLR 2017), section 2.1.
 *
 * ```ts
 * const tenLogistics = mixtureOfLogistics(10)
 * tenLogistics.outputs // → 30
 * tenLogistics.logLikelihood(zeros([8, 30, 64]), zeros([8, 64])) // Tensor<[8]>
 * ```
 */
export const mixtureOfLogistics = <M extends number, Moment = Now>(
  components: GuardSize<Moment, 'mixtureOfLogistics', 'components', M>,
): Likelihood<'mixture of logistics', Times<3, M>> => {
  const count = components as M
  checkLayerSizes('mixtureOfLogistics', { components: count })
  return likelihoodOf({
    name: 'mixture of logistics',
    // The type computes the same product.
    outputs: (3 * count) as Times<3, M>,
    logLikelihood: <B extends number, F extends number>(
      parameters: Tensor<[B, number, F]>,
      x: Tensor<[B, F]>,
    ): Tensor<[B]> => {
      const { logits, means, logScales } = componentsOf(parameters, count)
      const forEach = broadcastTo(expandDims(x, 1), [x.shape[0], count as number, x.shape[1]])
      const each = levelLogProbability(means, logScales, forEach)
      return sum(logSumExp(add(logSoftmax(logits, 1), each), [1]), [1])
    },
    mean: <B extends number, F extends number>(parameters: Tensor<[B, number, F]>): Tensor<[B, F]> => {
      const { logits, means, logScales } = componentsOf(parameters, count)
      return sum(mul(softmax(logits, 1), expectedIntensity(means, logScales)), [1])
    },
    sample: <B extends number, F extends number>(
      parameters: Tensor<[B, number, F]>,
      key: Key,
    ): Tensor<[B, F]> => {
      const [forComponent, forLevel] = split(key)
      const { logits, means, logScales } = componentsOf(parameters, count)
      const chosen = expandDims(sampleCategorical(logits, forComponent), 1)
      const ofChosen = (x: Tensor<[B, number, F]>): Tensor<[B, F]> => squeeze(takeAlong(x, chosen, 1), [1])
      return intensityOf(drawLevel(ofChosen(means), ofChosen(logScales), forLevel))
    },
  })
}
