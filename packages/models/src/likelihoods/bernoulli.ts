import { cast, less, sigmoid, uniform } from '@vae/tensor'
import { bernoulliLogLikelihood } from '../likelihood.ts'
import { type Likelihood, likelihoodOf, parameter } from './likelihood.ts'

/**
 * Independent Bernoulli variables; the decoder gives the logit of each. Normalised over x of 0 and 1; for intensities
 * between them it is the usual cross-entropy, for which `continuousBernoulli` is the normalised one.
 *
 * ```ts
 * bernoulli.logLikelihood(tensor([1, 1, 2], [0, 1e4]), ones([1, 2])) // → [-0.6931]
 * bernoulli.mean(zeros([1, 1, 2])) // → [[0.5, 0.5]]
 * ```
 *
 * Parameters and values that do not fit do not compile, or throw a `ShapeError`; so it is for all likelihoods.
 *
 * ```ts
 * bernoulli.logLikelihood(zeros([128, 1, 784]), zeros([128, 400]))
 * // error: logLikelihood: parameters and x differ: [128, 1, 784] and [128, 400] (784 ≠ 400)
 * ```
 *
 * ```ts
 * bernoulli.mean(zeros([128, 2, 784]))
 * // error: mean: expected parameters [128, 1, 784], got [128, 2, 784] (1 ≠ 2)
 * ```
 */
export const bernoulli: Likelihood<'bernoulli', 1> = likelihoodOf({
  name: 'bernoulli',
  outputs: 1,
  logLikelihood: (logits, x) => bernoulliLogLikelihood(parameter(logits, 0), x),
  mean: (logits) => sigmoid(parameter(logits, 0)),
  sample: (logits, key) => {
    const probability = sigmoid(parameter(logits, 0))
    return cast(less(uniform(key, [probability.shape[0], probability.shape[1]]), probability), 'f32')
  },
})
