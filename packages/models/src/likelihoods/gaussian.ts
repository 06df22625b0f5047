import {
  add,
  div,
  exp,
  type Key,
  log,
  maximum,
  mean,
  mul,
  neg,
  normal,
  square,
  sub,
  sum,
  type Tensor,
} from '@vae/tensor'
import { clampLogVar, minLogVar } from '../log-variance.ts'
import { type Likelihood, likelihoodOf, parameter } from './likelihood.ts'
import { checkScale } from './scale.ts'

const logTwoPi = Math.log(2 * Math.PI)

/** Noise for each value of `[B, F]`. */
const noiseLike = <B extends number, F extends number>(x: Tensor<[B, F]>, key: Key): Tensor<[B, F]> =>
  normal(key, [x.shape[0], x.shape[1]])

/**
 * A Gaussian around each value that the decoder gives, all with one standard deviation `sigma`, in the unit of x. With
 * F values, log p(x | x̂) = −½ ‖x − x̂‖² / σ² − F log σ − ½ F log 2π.
 *
 * ```ts
 * gaussian(1).logLikelihood(zeros([1, 1, 2]), ones([1, 2])) // → [-2.838]
 * ```
 *
 * Throws a `RangeError` unless `sigma` is a finite number above 0.
 */
export const gaussian = (sigma: number): Likelihood<'gaussian', 1> => {
  checkScale('gaussian', 'sigma', sigma)
  return likelihoodOf({
    name: 'gaussian',
    outputs: 1,
    logLikelihood: (parameters, x) => {
      const distance = square(div(sub(x, parameter(parameters, 0)), sigma))
      return sum(mul(add(distance, 2 * Math.log(sigma) + logTwoPi), -0.5), [1])
    },
    mean: (parameters) => parameter(parameters, 0),
    sample: (parameters, key) => {
      const centre = parameter(parameters, 0)
      return add(centre, mul(noiseLike(centre, key), sigma))
    },
  })
}

/**
 * A Gaussian whose decoder gives a mean and a log-variance for each value, `[B, 2, F]` in this order; the log-variance is
 * clamped as `clampLogVar` says. Kingma & Welling, "Auto-Encoding Variational Bayes" (2013), appendix C.2.
 *
 * ```ts
 * learnedGaussian.logLikelihood(tensor([1, 2, 1], [3, 0]), tensor([1, 1], [3])) // → [-0.9189]
 * ```
 */
export const learnedGaussian: Likelihood<'learned gaussian', 2> = likelihoodOf({
  name: 'learned gaussian',
  outputs: 2,
  logLikelihood: (parameters, x) => {
    const logVar = clampLogVar(parameter(parameters, 1))
    const distance = mul(square(sub(x, parameter(parameters, 0))), exp(neg(logVar)))
    return sum(mul(add(add(distance, logVar), logTwoPi), -0.5), [1])
  },
  mean: (parameters) => parameter(parameters, 0),
  sample: (parameters, key) => {
    const centre = parameter(parameters, 0)
    const deviation = exp(mul(clampLogVar(parameter(parameters, 1)), 0.5))
    return add(centre, mul(noiseLike(centre, key), deviation))
  },
})

/**
 * A Gaussian with the standard deviation, one for all values of an example, under which that example is likeliest: σ² =
 * ‖x − x̂‖² / F, so that log p(x | x̂) = −½ F (log 2πσ² + 1). Rybkin, Daniilidis & Levine, "Simple and effective VAE training
 * with calibrated decoders" (ICML 2021), equation 6, with the optimum of each example instead of the batch: so the size of
 * a batch changes nothing. σ² is at least e⁻¹⁴.
 *
 * As σ is fitted to x, e to this power is no density: it is the largest of all densities `gaussian(σ)` at x, and does not
 * integrate to 1. Nor can σ be known without an example: `sample` gives the mean.
 *
 * ```ts
 * optimalGaussian.logLikelihood(zeros([1, 1, 2]), ones([1, 2])) // → [-2.838]
 * ```
 */
export const optimalGaussian: Likelihood<'optimal gaussian', 1> = likelihoodOf({
  name: 'optimal gaussian',
  outputs: 1,
  logLikelihood: (parameters, x) => {
    const distance = mean(square(sub(x, parameter(parameters, 0))), [1])
    // The smallest variance inside of the logarithm, whose derivative at a distance of 0 would be infinite.
    const variance = maximum(distance, Math.exp(minLogVar))
    const perValue = add(add(log(variance), div(distance, variance)), logTwoPi)
    const nats = mul(perValue, -0.5 * x.shape[1])
    return nats
  },
  mean: (parameters) => parameter(parameters, 0),
  sample: (parameters) => parameter(parameters, 0),
})

/**
 * −‖x − x̂‖², the plain squared error as it stands in many objectives. It is log p(x | x̂) of `gaussian(√½)` plus the
 * constant ½ F log π: a comparison of models by it is fair, but it is **not normalised**, and so no number of nats that
 * may be set beside other likelihoods. `sample` draws from that Gaussian.
 *
 * ```ts
 * squaredError.logLikelihood(zeros([1, 1, 2]), tensor([1, 2], [1, 2])) // → [-5]
 * ```
 */
export const squaredError: Likelihood<'squared error', 1> = likelihoodOf({
  name: 'squared error',
  outputs: 1,
  logLikelihood: (parameters, x) => neg(sum(square(sub(x, parameter(parameters, 0))), [1])),
  mean: (parameters) => parameter(parameters, 0),
  sample: (parameters, key) => {
    const centre = parameter(parameters, 0)
    return add(centre, mul(noiseLike(centre, key), Math.SQRT1_2))
  },
})
