import { compileWith, grad, referenceEngine } from '@vae/autograd'
import { checkGradients } from '@vae/autograd/testing'
import { item, key, leaves, normal, ones, sub, type Tensor, tensor, zipTree } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { weightedMean } from '../objective.ts'
import {
  type DiscriminatorParams,
  discriminator,
  discriminatorCrossEntropy,
  discriminatorLoss,
  logDensityRatio,
} from './discriminator.ts'

const judge = discriminator({ latent: 3, hidden: 5, layers: 3 })
const params = judge.init(key(0))
const logit = fc.double({ min: -50, max: 50, noNaN: true }).map(Math.fround)

describe('discriminator', () => {
  it('has the layers of the paper unless it is told otherwise', () => {
    const standard = discriminator({ latent: 10 })
    expectTypeOf(standard.init).returns.toEqualTypeOf<DiscriminatorParams<10, 1000>>()
    expect(standard.sizes).toEqual({ latent: 10, hidden: 1000, layers: 6 })
    expect(leaves(params).map(({ path, tensor: { shape } }) => `${path} ${shape.join('×')}`)).toEqual([
      'hidden.0.bias 5',
      'hidden.0.weight 5×5',
      'hidden.1.bias 5',
      'hidden.1.weight 5×5',
      'input.bias 5',
      'input.weight 3×5',
      'logits.bias 2',
      'logits.weight 5×2',
    ])
  })

  it('gives two logits for each example, the same alone and in a batch', () => {
    const z: Tensor<[4, 3]> = normal(key(1), [4, 3])
    const logits = judge.apply(params)(z)
    expectTypeOf(logits).toEqualTypeOf<Tensor<[4, 2]>>()
    expect(logits.shape).toEqual([4, 2])
    const last: Tensor<[1, 3]> = tensor([1, 3], z.data.slice(9))
    expect([...judge.apply(params)(last).data]).toEqual([...logits.data.slice(6)])
  })

  it('has the gradient of central differences', () => {
    const z: Tensor<[4, 3]> = normal(key(2), [4, 3])
    const weights = tensor([4], [1, 1, 1, 0])
    const report = checkGradients(
      (p: DiscriminatorParams<3, 5>) =>
        discriminatorLoss(
          { logits: judge.apply(p)(z), weights },
          { logits: judge.apply(p)(normal(key(3), [4, 3])), weights },
        ),
      [params],
      { step: 1e-4 },
    )
    expect(report).toEqual({ checked: 92, unsettled: 0 })
  })

  it('refuses sizes of nothing, in the type and in the run', () => {
    // @ts-expect-error discriminator: latent must be a whole number above 0, got 0
    expect(() => discriminator({ latent: 0 })).toThrow(
      'discriminator: latent must be a whole number above 0, got 0',
    )
    expect(() => discriminator({ latent: 2, layers: 0 })).toThrow(
      'discriminator: layers must be a whole number above 0, got 0',
    )
  })
})

describe('logDensityRatio and the cross-entropies', () => {
  it('belong together: D = σ(ratio), and the cross-entropies are −log D and −log(1 − D)', () => {
    fc.assert(
      fc.property(logit, logit, (a, b) => {
        const logits: Tensor<[1, 2]> = tensor([1, 2], [a, b])
        const ratio = item(logDensityRatio(logits))
        expect(Math.abs(ratio - (a - b))).toBeLessThanOrEqual(1e-6 * Math.abs(a - b))
        const joint = item(discriminatorCrossEntropy(logits, 'joint'))
        const product = item(discriminatorCrossEntropy(logits, 'product'))
        expect(Math.abs(joint - Math.log1p(Math.exp(-ratio)))).toBeLessThan(1e-5 * (1 + Math.abs(ratio)))
        expect(Math.abs(product - joint - ratio)).toBeLessThan(1e-5 * (1 + Math.abs(ratio)))
      }),
    )
  })
})

describe('discriminatorLoss', () => {
  it('is log 2 for one that cannot tell, and does not see padding', () => {
    const blind = { logits: tensor([3, 2], [1, 1, 0, 0, 5, 5]), weights: ones([3]) }
    expect(item(discriminatorLoss(blind, blind))).toBeCloseTo(Math.LN2, 6)
    const padded = { logits: tensor([2, 2], [0, 0, 50, -50]), weights: tensor([2], [1, 0]) }
    expect(item(discriminatorLoss(padded, blind))).toBeCloseTo(Math.LN2, 6)
  })

  it('has the total correlation for the mean ratio of the best discriminator', () => {
    // Two binary latents: q = (½ − c, c, c, ½ − c), whose marginals are even; the best ratio is log q / ¼.
    const q = [0.4, 0.1, 0.1, 0.4]
    const exact = q.reduce((sum, p) => sum + p * Math.log(4 * p), 0)
    const states: Tensor<[4, 2]> = tensor([4, 2], [0, 0, 0, 1, 1, 0, 1, 1])
    const learner = discriminator({ latent: 2, hidden: 8, layers: 2 })
    const [onJoint, onProduct]: Tensor<[4]>[] = [tensor([4], q), ones([4])]
    const loss = (p: DiscriminatorParams<2, 8>) => {
      const logits = learner.apply(p)(states)
      return discriminatorLoss({ logits, weights: onJoint! }, { logits, weights: onProduct! })
    }
    const descend = compileWith(referenceEngine)((p: DiscriminatorParams<2, 8>) =>
      zipTree((param, slope) => sub(param, slope), p, grad(loss)(p)),
    )
    let learned = learner.init(key(4))
    for (let step = 0; step < 1500; step++) learned = descend(learned)
    const ratios = logDensityRatio(learner.apply(learned)(states))
    expect(item(weightedMean(ratios, onJoint!))).toBeCloseTo(exact, 2)
  })
})
