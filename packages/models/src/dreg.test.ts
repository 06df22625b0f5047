import { grad } from '@vae/autograd'
import {
  add,
  exp,
  expandDims,
  full,
  key,
  mul,
  normal,
  square,
  squeeze,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tensor,
} from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { dregBound } from './dreg.ts'
import { iwaeBound } from './importance-bounds.ts'
import { weightedMean } from './objective.ts'

const [samples, repeats] = [5, 20_000] as const
type Each = Tensor<[typeof repeats]>
type Samples = Tensor<[typeof samples, typeof repeats]>

/**
 * z ~ N(0, 1), x | z ~ N(w z, 1) and q = N(m, s²) at x = 1: every repetition has parameters of its own, so that its
 * gradient is seen.
 */
interface Params {
  readonly encoder: { readonly mean: Each; readonly logDeviation: Each }
  readonly decoder: Each
}
const params: Params = {
  encoder: { mean: full([repeats], 0.2), logDeviation: full([repeats], -0.1) },
  decoder: full([repeats], 1.3),
}

const noise = normal(key(0), [samples, repeats])

/** log p(x, z) − log q(z), up to a constant. */
const logWeights = (z: Samples, { mean, logDeviation }: Params['encoder'], decoder: Each): Samples => {
  const joint = add(square(z), square(sub(1, mul(z, decoder))))
  const standard = mul(sub(z, mean), exp(mul(logDeviation, -1)))
  return add(mul(sub(square(standard), joint), 0.5), logDeviation)
}

const sampled = ({ mean, logDeviation }: Params['encoder']): Samples =>
  add(mul(noise, exp(logDeviation)), mean)

const iwae = ({ encoder, decoder }: Params): Each => iwaeBound(logWeights(sampled(encoder), encoder, decoder))

const dreg = ({ encoder, decoder }: Params): Each => {
  const fixed = { mean: stopGradient(encoder.mean), logDeviation: stopGradient(encoder.logDeviation) }
  return dregBound(expandDims(sampled(encoder), 2), (z) => logWeights(squeeze(z, [2]), fixed, decoder))
}

/** The gradient of every repetition. */
const gradients = (bound: (p: Params) => Each): Params => grad((p: Params) => sum(bound(p), [0]))(params)

const momentsOf = ({ data }: { readonly data: ArrayLike<number> }) => {
  const values = Array.from(data)
  const mean = values.reduce((a, b) => a + b) / values.length
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1)
  return { mean, variance }
}

describe('dregBound', () => {
  const [plain, doubly] = [gradients(iwae), gradients(dreg)]

  it('has the value of the importance weighted bound', () => {
    expect(dreg(params)).toEqual(iwae(params))
  })

  it("has exactly its decoder's gradient", () => {
    doubly.decoder.data.forEach((x, i) => {
      expect(Math.abs(x - plain.decoder.data[i]!)).toBeLessThan(1e-5)
    })
  })

  it.each(['mean', 'logDeviation'] as const)(
    'has the expectation of the gradient of the %s, with less variance',
    (name) => {
      const [a, b] = [plain.encoder[name], doubly.encoder[name]]
      const difference = momentsOf(sub(a, b))
      // Both are unbiased for the same gradient: their difference is 0 within its standard error.
      expect(Math.abs(difference.mean)).toBeLessThan(4 * Math.sqrt(difference.variance / repeats))
      expect(Math.abs(momentsOf(b).mean)).toBeGreaterThan(10 * Math.sqrt(momentsOf(b).variance / repeats))
      expect(momentsOf(b).variance).toBeLessThan(0.5 * momentsOf(a).variance)
    },
  )

  it('weights the path through each sample with the square of its normalised weight', () => {
    const z: Tensor<[3, 1, 1]> = tensor([3, 1, 1], [0, 1, 2])
    const slopes = grad((at: Tensor<[3, 1, 1]>) =>
      squeeze(
        dregBound(at, (s) => squeeze(s, [2])),
        [0],
      ),
    )(z)
    const total = 1 + Math.E + Math.E ** 2
    slopes.data.forEach((slope, k) => {
      expect(slope).toBeCloseTo((Math.E ** k / total) ** 2, 6)
    })
  })

  it('is scaled by what it is a part of, and ignores padding', () => {
    const z: Tensor<[2, 3, 1]> = tensor([2, 3, 1], [0, 1, 2, 3, 4, 5])
    const slopes = (weights: readonly number[], factor: number) =>
      grad((at: Tensor<[2, 3, 1]>) =>
        mul(
          weightedMean(
            dregBound(at, (s) => squeeze(s, [2])),
            tensor([3], weights),
          ),
          factor,
        ),
      )(z)
    const [one, half] = [slopes([1, 1, 1], 3), slopes([1, 1, 0], -2)]
    one.data.forEach((slope, i) => {
      expect(half.data[i]! + 0).toBe(i % 3 === 2 ? 0 : -slope)
    })
  })
})
