import {
  abs,
  add,
  div,
  exp,
  expm1,
  greater,
  less,
  log,
  log1p,
  mul,
  neg,
  type Shape,
  select,
  square,
  sub,
  sum,
  type Tensor,
  uniform,
} from '@vae/tensor'
import { type Likelihood, likelihoodOf, parameter } from './likelihood.ts'

/** Below this magnitude of a logit the series is used. */
const near = 1.5

/** Σ cₙ tⁿ by Horner's rule. */
const polynomial = <S extends Shape>(t: Tensor<S>, coefficients: readonly number[]): Tensor<S> =>
  coefficients.reduceRight<Tensor<S>>((total, c) => add(mul(total, t), c), mul(t, 0))

/**
 * log(sinh(a) / a) = a²/6 − a⁴/180 + …, as a series in a². The first omitted term is below 3e−10 for a ≤ 0.75.
 */
const logSinhRatio = [0, 1 / 6, -1 / 180, 1 / 2835, -1 / 37800, 1 / 467775, -691 / 3831077250]

/** (coth(a) − 1/a) / a = 1/3 − a²/45 + …, its derivative over a: 2 n cₙ a^(2n − 2). */
const langevinRatio = logSinhRatio.slice(1).map((c, index) => 2 * (index + 1) * c)

/** |ℓ|, or `least` where that is larger and the result unused: a branch not taken must have a finite gradient. */
const magnitudeAbove = <S extends Shape>(least: number, logit: Tensor<S>): Tensor<S> =>
  // Not the maximum, which would halve the gradient at `least` itself.
  select(less(abs(logit), least), least, abs(logit))

/**
 * log of the density e^(ℓ x) · ℓ / (e^ℓ − 1) on [0, 1], of each value. With a = ℓ/2 and t = |ℓ| it is (x − ½) ℓ −
 * log(sinh(a) / a), and without cancellation far from 0: −t · (distance of x from the likelier end) + log t − log(1 − e^−t).
 */
const logDensity = <S extends Shape>(logit: Tensor<S>, x: Tensor<S>): Tensor<S> => {
  const magnitude = magnitudeAbove(near, logit)
  const distance = select(greater(logit, 0), sub(1, x), x)
  const far = sub(log(magnitude), add(mul(distance, magnitude), log1p(neg(exp(neg(magnitude))))))
  const safe = select(less(abs(logit), near), logit, 0)
  const series = sub(mul(sub(x, 0.5), safe), polynomial(mul(square(safe), 0.25), logSinhRatio))
  return select(less(abs(logit), near), series, far)
}

/** ½ + ½ (coth(a) − 1/a) with a = ℓ/2. */
const expectation = <S extends Shape>(logit: Tensor<S>): Tensor<S> => {
  const magnitude = magnitudeAbove(near, logit)
  // 1 / (1 − e^−t) − 1/t for ℓ = t, and one minus that for ℓ = −t.
  const upper = sub(div(-1, expm1(neg(magnitude))), div(1, magnitude))
  const far = select(greater(logit, 0), upper, sub(1, upper))
  const a = mul(select(less(abs(logit), near), logit, 0), 0.5)
  const series = add(mul(mul(a, polynomial(square(a), langevinRatio)), 0.5), 0.5)
  return select(less(abs(logit), near), series, far)
}

/** The value below which lies the part u of the distribution: log(1 + u (e^ℓ − 1)) / ℓ. */
const quantile = <S extends Shape>(logit: Tensor<S>, u: Tensor<S>): Tensor<S> => {
  // With −|ℓ| nothing overflows, and x ↦ 1 − x turns one sign of ℓ into the other. Where ℓ is almost 0, x is u.
  const negative = neg(magnitudeAbove(1e-6, logit))
  const x = div(log1p(mul(u, expm1(negative))), negative)
  return select(greater(logit, 0), sub(1, x), x)
}

/**
 * The continuous Bernoulli distribution of intensities from 0 to 1: the density proportional to λ^x (1 − λ)^(1 − x), which
 * the cross-entropy of pixel intensities leaves unnormalised. The decoder gives the logit of λ. Loaiza-Ganem & Cunningham,
 * "The continuous Bernoulli: fixing a pervasive error in variational autoencoders" (NeurIPS 2019), equations 5 to 8. The
 * normaliser is 2 at λ = ½, where its usual form is 0 / 0: a series stands there, in value and gradient.
 *
 * ```ts
 * continuousBernoulli.logLikelihood(tensor([1, 1, 2], [0, 1]), tensor([1, 2], [0.3, 1])) // → [0.4587]
 * continuousBernoulli.mean(tensor([1, 1, 3], [-1e4, 0, 1e4])) // → [[0.0001, 0.5, 0.9999]]
 * ```
 */
export const continuousBernoulli: Likelihood<'continuous bernoulli', 1> = likelihoodOf({
  name: 'continuous bernoulli',
  outputs: 1,
  logLikelihood: (logits, x) => sum(logDensity(parameter(logits, 0), x), [1]),
  mean: (logits) => expectation(parameter(logits, 0)),
  sample: (logits, key) => {
    const logit = parameter(logits, 0)
    return quantile(logit, uniform(key, [logit.shape[0], logit.shape[1]]))
  },
})
