import { grad } from '@vae/autograd'
import { item, sum, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { continuousBernoulli } from './continuous-bernoulli.ts'

/** In float32, as it is used. */
const at = (logit: number, x: number) => {
  const logits = tensor([1, 1, 1], [logit])
  const loss = (p: Tensor<[1, 1, 1]>) => sum(continuousBernoulli.logLikelihood(p, tensor([1, 1], [x])), [0])
  return {
    nats: item(loss(logits)),
    slope: item(grad(loss)(logits)),
    mean: item(continuousBernoulli.mean(logits)),
  }
}

/** x ℓ − log((e^ℓ − 1) / ℓ) in float64, which is exact far enough from 0 and in its first terms at 0. */
const exact = (logit: number, x: number) => {
  if (Math.abs(logit) < 1e-3)
    return { nats: (x - 0.5) * logit - logit ** 2 / 24, slope: x - 0.5 - logit / 12, mean: 0.5 + logit / 12 }
  const mean = 1 / -Math.expm1(-logit) - 1 / logit
  return { nats: x * logit - Math.log(Math.expm1(logit) / logit), slope: x - mean, mean }
}

describe('continuousBernoulli', () => {
  it('is exact in value, gradient and mean on both sides of λ = ½ and of the switch to the series', () => {
    const logits = fc.oneof(
      fc.constantFrom(0, 1e-30, -1e-30, 1e-6, -1e-6, 1.4999999, 1.5, 1.5000001, -1.4999999, -1.5, -1.5000001),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: -80, max: 80, noNaN: true }),
    )
    fc.assert(
      fc.property(logits.map(Math.fround), fc.constantFrom(0, 0.25, 0.5, 1), (logit, x) => {
        const [found, expected] = [at(logit, x), exact(logit, x)]
        // A few roundings to float32 of terms as large as the logit.
        const rounding = 2 ** -22 * (2 + Math.abs(logit))
        expect(Math.abs(found.nats - expected.nats)).toBeLessThanOrEqual(rounding)
        expect(Math.abs(found.slope - expected.slope)).toBeLessThanOrEqual(2 ** -20)
        expect(Math.abs(found.mean - expected.mean)).toBeLessThanOrEqual(2 ** -21)
      }),
    )
  })
})
