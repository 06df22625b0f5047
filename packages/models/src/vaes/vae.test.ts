import { valueAndGrad } from '@vae/autograd'
import { checkGradients } from '@vae/autograd/testing'
import {
  add,
  full,
  item,
  key,
  leaves,
  mapTree,
  mul,
  normal,
  reshape,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  tensor,
  zeros,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { gaussianEncoder } from '../encoder.ts'
import { type DiagonalGaussian, klToStandardNormal, sampleGaussian, sumOverLatents } from '../gaussian.ts'
import { intensities } from '../intensities.ts'
import { bernoulliLogLikelihood } from '../likelihood.ts'
import { bernoulli } from '../likelihoods/bernoulli.ts'
import { linear } from '../linear.ts'
import { mlp } from '../networks/mlp.ts'
import { weightedMean } from '../objective.ts'
import { vae } from './vae.ts'

/** Numbers that float32 holds. */
const between = (min: number, max: number) => fc.integer({ min: min * 64, max: max * 64 }).map((n) => n / 64)

/** ∫ q (log q − log p) over ±12 standard deviations of q by Simpson's rule, in nats. */
const klByQuadrature = (mean: number, logVar: number): number => {
  const deviation = Math.exp(logVar / 2)
  const steps = 2000
  const [from, to] = [mean - 12 * deviation, mean + 12 * deviation]
  const width = (to - from) / steps
  let total = 0
  for (let i = 0; i <= steps; i++) {
    const x = from + i * width
    const logQ = -0.5 * (((x - mean) / deviation) ** 2 + logVar + Math.log(2 * Math.PI))
    const logP = -0.5 * (x ** 2 + Math.log(2 * Math.PI))
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    total += weight * Math.exp(logQ) * (logQ - logP)
  }
  return (total * width) / 3
}

describe('klToStandardNormal', () => {
  it('is the integral of its definition', () => {
    fc.assert(
      fc.property(between(-4, 4), between(-4, 3), (mean, logVar) => {
        const kl = item(
          klToStandardNormal({ mean: tensor([1, 1], [mean]), logVar: tensor([1, 1], [logVar]) }),
        )
        const exact = klByQuadrature(mean, logVar)
        // Terms of size up to μ² + σ² + |log σ²| are rounded to float32.
        expect(Math.abs(kl - exact)).toBeLessThanOrEqual(2 ** -22 * (mean ** 2 + Math.exp(logVar) + 5))
      }),
    )
  })

  it('is 0 for the standard normal and never negative', () => {
    const kl = klToStandardNormal({ mean: zeros([2, 3]), logVar: zeros([2, 3]) })
    expect([...kl.data]).toEqual([0, 0, 0, 0, 0, 0])
    expect(kl.shape).toEqual([2, 3])
  })
})

describe('sampleGaussian', () => {
  it('is μ + σ ε with the noise of the key', () => {
    const posterior: DiagonalGaussian<2, 3> = {
      mean: tensor([2, 3], [1, 2, 3, 4, 5, 6]),
      logVar: full([2, 3], Math.log(4)) as Tensor<[2, 3]>,
    }
    const noise = normal(key(3), [2, 3])
    const expected = add(posterior.mean, mul(noise, 2))
    sampleGaussian(posterior, key(3)).data.forEach((x, i) => {
      expect(x).toBeCloseTo(expected.data[i]!, 5)
    })
  })
})

describe('bernoulliLogLikelihood', () => {
  it('sums to 1 over all binary vectors', () => {
    const logits = fc
      .integer({ min: 1, max: 6 })
      .chain((n) => fc.array(between(-6, 6), { minLength: n, maxLength: n }))
    fc.assert(
      fc.property(logits, (values) => {
        const n = values.length
        const count = 2 ** n
        const x = Array.from({ length: count }, (_, code) => values.map((_, bit) => (code >> bit) & 1)).flat()
        const repeated = Array.from({ length: count }, () => values).flat()
        const nats = bernoulliLogLikelihood(tensor([count, n], repeated), tensor([count, n], x))
        const total = nats.data.reduce((sum, value) => sum + Math.exp(value), 0)
        expect(Math.abs(total - 1)).toBeLessThan(1e-5)
      }),
    )
  })

  it('is finite and exact at logits of ±10⁴', () => {
    const nats = bernoulliLogLikelihood(tensor([4, 1], [1e4, 1e4, -1e4, -1e4]), tensor([4, 1], [1, 0, 1, 0]))
    expect([...nats.data].map((x) => x + 0)).toEqual([0, -1e4, -1e4, 0])
  })
})

describe('linear', () => {
  const layer = linear(16, 5)

  it('starts uniform on ±1/√inputs, the same for the same key', () => {
    const { weight, bias } = linear(64, 300).init(key(9))
    expectTypeOf(weight).toEqualTypeOf<Tensor<[64, 300]>>()
    expect([weight.shape, bias.shape]).toEqual([[64, 300], [300]])
    for (const { data } of [weight, bias]) {
      expect(Math.max(...data)).toBeLessThanOrEqual(1 / 8)
      expect(Math.min(...data)).toBeGreaterThanOrEqual(-1 / 8)
      expect(Math.max(...data)).toBeGreaterThan(0.12)
      expect(Math.min(...data)).toBeLessThan(-0.12)
      const mean = data.reduce((a, b) => a + b, 0) / data.length
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / 3 / 64 / data.length))
    }
    expect(layer.init(key(1))).toEqual(layer.init(key(1)))
    expect(layer.init(key(1))).not.toEqual(layer.init(key(2)))
  })

  it('is x · W + b, for any number of leading axes', () => {
    const params = { weight: tensor([2, 2], [1, 2, 3, 4]), bias: tensor([2], [10, 20]) }
    const apply = linear(2, 2).apply(params)
    const y = apply(tensor([1, 2, 2], [1, 0, 0, 1]))
    expectTypeOf(y).toEqualTypeOf<Tensor<[1, 2, 2]>>()
    expect([...y.data]).toEqual([11, 22, 13, 24])
    // A single vector compiled and then threw, since it is no matrix.
    expect([...apply(tensor([2], [1, 1])).data]).toEqual([14, 26])
  })

  it('refuses another number of features at run time too', () => {
    const unknown: Tensor<[3, number]> = zeros([3, 4])
    expect(() => layer.apply(layer.init(key(0)))(unknown)).toThrow(
      'linear(16, 5): input has 4 features: [3, 4]',
    )
  })
})

describe('weightedMean', () => {
  it('ignores what has weight 0', () => {
    expect(item(weightedMean(tensor([3], [1, 2, 999]), tensor([3], [1, 1, 0])))).toBe(1.5)
  })
})

describe('vae', () => {
  const model = vae({
    encoder: gaussianEncoder(mlp([6], [5]), 2),
    decoder: mlp([2], [5], [6]),
    likelihood: bernoulli,
  })
  const { params, state } = model.init(key(0))
  type Params = typeof params
  const beta = (value: number): Tensor<[]> => tensor([], [value])

  const imagesOf = (count: number): TensorOf<[number, 6], 'u8'> =>
    tensor(
      [count, 6],
      Uint8Array.from({ length: count * 6 }, (_, i) => (i * 37) % 256),
      'u8',
    )
  const batchOf = (count: number) => ({
    examples: imagesOf(count),
    weights: full([count], 1) as Tensor<[number]>,
  })

  it('has the first examples of a larger batch draw the same noise', () => {
    const [small, large] = [3, 7].map(
      (n) => model.objective({ beta: beta(1) })(params, state, batchOf(n), key(5)).terms,
    )
    expect(large!.reconstruction.data.slice(0, 3)).toEqual(small!.reconstruction.data)
    expect(large!.kl.data.slice(0, 3)).toEqual(small!.kl.data)
  })

  it('differs between β = 1 and β = 0 by the mean KL, with the same terms', () => {
    const [zero, one] = [0, 1].map((b) =>
      model.objective({ beta: beta(b) })(params, state, batchOf(4), key(6)),
    )
    expect(one!.terms).toEqual(zero!.terms)
    const kl = sum(one!.terms.kl, [0])
    expect(item(sub(one!.loss, zero!.loss))).toBeCloseTo(item(kl) / 4, 5)
  })

  it('has the gradient of central differences, through sampling and both terms, in float64', () => {
    const batch = batchOf(3)
    // All 110 parameters and β. ReLU has its kinks away from the chosen point.
    const report = checkGradients(
      (p: Params, b: Tensor<[]>) => model.objective({ beta: b })(p, state, batch, key(1)).loss,
      [mapTree((leaf) => mul(leaf, 2), params), beta(0.7)],
      { step: 1e-4 },
    )
    expect(report).toEqual({ checked: 111, unsettled: 0 })
  })

  it('returns the gradient in the type of the parameters, and the terms beside it', () => {
    const result = valueAndGrad(model.objective({ beta: beta(1) }))(params, state, batchOf(2), key(0))
    expectTypeOf(result.grad).toEqualTypeOf<Params>()
    expectTypeOf(result.terms.kl).toEqualTypeOf<Tensor<[number]>>()
    expect(leaves(result.grad).map(({ path }) => path)).toEqual(leaves(params).map(({ path }) => path))
  })

  it('encodes, decodes, reconstructs and generates with the shapes of its sizes', () => {
    const x = intensities(tensor([2, 6], new Array<number>(12).fill(255), 'u8'))
    expect([...x.data]).toEqual(new Array<number>(12).fill(1))
    const { mean, logVar } = model.encode(params)(x)
    expectTypeOf(mean).toEqualTypeOf<Tensor<[2, 2]>>()
    expect([mean.shape, logVar.shape]).toEqual([
      [2, 2],
      [2, 2],
    ])
    const images = model.reconstruct(params)(x)
    expectTypeOf(images).toEqualTypeOf<Tensor<[2, 6]>>()
    expect(images).toEqual(model.generate(params)(mean))
    expect(images.data.every((p) => p > 0 && p < 1)).toBe(true)
    expect(reshape(sumOverLatents(mean), [2]).shape).toEqual([2])
  })

  it('is made from its key alone', () => {
    expect(model.init(key(8))).toEqual(model.init(key(8)))
    expect(model.init(key(8))).not.toEqual(model.init(key(9)))
  })
})
