import { full, item, key, neg, ones, squeeze, sub, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaussianEncoder } from '../encoder.ts'
import { bernoulli } from '../likelihoods/bernoulli.ts'
import { mlp } from '../networks/mlp.ts'
import { weightedMean } from '../objective.ts'
import { moved } from '../testing/random-params.ts'
import { betaTcVae } from './beta-tc-vae.ts'
import { vae } from './vae.ts'

const parts = {
  encoder: gaussianEncoder(mlp([4], [5]), 3),
  decoder: mlp([3], [5], [4]),
  likelihood: bernoulli,
}
const examples = tensor(
  [6, 4],
  Array.from({ length: 24 }, (_, i) => ((i * 7) % 11) / 10),
)
const batch = { examples, weights: ones([6]) }

describe.each(['weighted', 'stratified'] as const)('betaTcVae with %s sampling', (sampling) => {
  const model = betaTcVae(parts, { datasetSize: 60, sampling })

  it('has with β = 1 the negative ELBO of one sample for a loss', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const params = moved(model.init(key(seed)).params, seed, 0.5)
        const { loss } = model.objective({ beta: full([], 1) })(params, {}, batch, key(seed))
        const logWeights = model.logWeights(params)(examples, key(seed), 1)
        const negativeElbo = weightedMean(neg(squeeze(logWeights, [0])), batch.weights)
        // Logarithms of densities of size up to 100, whose parts cancel.
        expect(Math.abs(item(sub(loss, negativeElbo)))).toBeLessThan(1e-4)
      }),
      { numRuns: 20 },
    )
  })

  it('has the reconstruction and the KL of a VAE of the same parts', () => {
    const params = moved(model.init(key(1)).params, 1, 0.5)
    const hyper = { beta: full([], 4) as Tensor<[]> }
    const { terms } = model.objective(hyper)(params, {}, batch, key(2))
    const { reconstruction, kl } = vae(parts).objective(hyper)(params, {}, batch, key(2)).terms
    expect([terms.reconstruction, terms.kl]).toEqual([reconstruction, kl])
  })
})

describe('betaTcVae', () => {
  it('refuses a size of the data set that counts nothing', () => {
    expect(() => betaTcVae(parts, { datasetSize: 0 })).toThrow(
      'betaTcVae: datasetSize must be a whole number above 0, got 0',
    )
  })
})
