import {
  abs,
  add,
  div,
  exp,
  type Key,
  log1p,
  mul,
  neg,
  sign,
  sub,
  sum,
  type Tensor,
  uniform,
} from '@vae/tensor'
import { clampLogVar } from '../log-variance.ts'
import { type Likelihood, likelihoodOf, parameter } from './likelihood.ts'
import { checkScale } from './scale.ts'

/** Draws of the Laplace distribution around 0 with scale 1, by inversion; the largest magnitude is 15.9. */
const laplaceNoise = <B extends number, F extends number>(x: Tensor<[B, F]>, key: Key): Tensor<[B, F]> => {
  // The odd multiples of 2⁻²³ between −1 and 1: never an end, where the inverse is infinite.
  const u = add(sub(mul(uniform(key, [x.shape[0], x.shape[1]]), 2), 1), 2 ** -23)
  return mul(sign(u), neg(log1p(neg(abs(u)))))
}

/**
 * A Laplace distribution around each value that the decoder gives, all with one scale b, in the unit of x: log p(x | x̂) =
 * −Σ |x − x̂| / b − F log 2b. The likelihood of the absolute error.
 *
 * ```ts
 * laplace(1).logLikelihood(zeros([1, 1, 2]), tensor([1, 2], [1, -2])) // → [-4.386]
 * ```
 *
 * Throws a `RangeError` unless `scale` is a finite number above 0.
 */
export const laplace = (scale: number): Likelihood<'laplace', 1> => {
  checkScale('laplace', 'scale', scale)
  return likelihoodOf({
    name: 'laplace',
    outputs: 1,
    logLikelihood: (parameters, x) => {
      const distance = div(abs(sub(x, parameter(parameters, 0))), scale)
      return neg(sum(add(distance, Math.log(2 * scale)), [1]))
    },
    mean: (parameters) => parameter(parameters, 0),
    sample: (parameters, key) => {
      const centre = parameter(parameters, 0)
      return add(centre, mul(laplaceNoise(centre, key), scale))
    },
  })
}

/** log b of log b², which is clamped as a log-variance is: b between 0.0009 and 1,097. */
const logScaleOf = <B extends number, F extends number>(parameters: Tensor<[B, 2, F]>): Tensor<[B, F]> =>
  mul(clampLogVar(mul(parameter(parameters, 1), 2)), 0.5)

/**
 * A Laplace distribution whose decoder gives a location and the logarithm of a scale for each value, `[B, 2, F]` in this
 * order; log b is clamped to [−7, 7].
 *
 * ```ts
 * learnedLaplace.logLikelihood(tensor([1, 2, 1], [3, 0]), tensor([1, 1], [4])) // → [-1.693]
 * ```
 */
export const learnedLaplace: Likelihood<'learned laplace', 2> = likelihoodOf({
  name: 'learned laplace',
  outputs: 2,
  logLikelihood: (parameters, x) => {
    const logScale = logScaleOf(parameters)
    const distance = mul(abs(sub(x, parameter(parameters, 0))), exp(neg(logScale)))
    return neg(sum(add(add(distance, logScale), Math.LN2), [1]))
  },
  mean: (parameters) => parameter(parameters, 0),
  sample: (parameters, key) => {
    const centre = parameter(parameters, 0)
    return add(centre, mul(laplaceNoise(centre, key), exp(logScaleOf(parameters))))
  },
})
