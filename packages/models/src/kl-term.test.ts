import { add, full, item, key, ones, type Tensor, tensor } from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaussianEncoder } from './encoder.ts'
import type { PaidKl } from './kl-term.ts'
import { checkPaidKl, klTerm } from './kl-term.ts'
import { bernoulli } from './likelihoods/bernoulli.ts'
import { mlp } from './networks/mlp.ts'
import { gaussianMixture } from './priors/mixture.ts'
import { vae } from './vaes/vae.ts'

const scalar = (value: number): Tensor<[]> => tensor([], [value])
const number = fc.integer({ min: 0, max: 256 }).map((n) => n / 64)

/** KLs of three examples and two dimensions, the second of which is not active. */
const perDimension: Tensor<[3, 2]> = tensor([3, 2], [1, 0.25, 3, 0.5, 2, 0.75])
const divergence = { kl: tensor([3], [1.25, 3.5, 2.75]), perDimension }
const posterior = { mean: tensor([3, 2], [-1, 0, 0, 0.01, 1, 0]), logVar: full([3, 2], 0) as Tensor<[3, 2]> }

const termOf = (paid: PaidKl, beta: number, capacity?: number): number => {
  const hyper = { beta: scalar(beta), ...(capacity !== undefined && { capacity: scalar(capacity) }) }
  return item(klTerm(paid, hyper, divergence, posterior, tensor([3], [1, 1, 0])))
}

describe('klTerm', () => {
  it('pays for what is said, of the examples that count', () => {
    fc.assert(
      fc.property(number, number, number, (beta, nats, capacity) => {
        const close = (paid: PaidKl, expected: number, c?: number) =>
          expect(Math.abs(termOf(paid, beta, c) - expected)).toBeLessThanOrEqual(1e-6 * (1 + expected))
        close({ kind: 'whole' }, (beta * (1.25 + 3.5)) / 2)
        close(
          { kind: 'whole' },
          (beta * (Math.abs(1.25 - capacity) + Math.abs(3.5 - capacity))) / 2,
          capacity,
        )
        close({ kind: 'free-bits', per: 'total', nats }, beta * Math.max(nats, (1.25 + 3.5) / 2))
        close(
          { kind: 'free-bits', per: 'dimension', nats },
          beta * (Math.max(nats, 2) + Math.max(nats, 0.375)),
        )
        close({ kind: 'active-dimensions' }, (beta * (1 + 3)) / 2)
        close(
          { kind: 'active-dimensions' },
          (beta * (Math.abs(1 - capacity) + Math.abs(3 - capacity))) / 2,
          capacity,
        )
      }),
    )
  })

  it('refuses a capacity beside free bits, which it would not heed', () => {
    expect(() => termOf({ kind: 'free-bits', per: 'total', nats: 1 }, 1, 2)).toThrow(
      'free-bits: a capacity is a floor of the KL too: expected one of the two, got both',
    )
  })

  it('refuses numbers that mean nothing', () => {
    expect(() => checkPaidKl({ kind: 'free-bits', per: 'total', nats: -1 })).toThrow(
      'free-bits: nats must be a number of 0 or more, got -1',
    )
    expect(() => checkPaidKl({ kind: 'active-dimensions', threshold: Number.NaN })).toThrow(
      'active-dimensions: threshold must be a number of 0 or more, got NaN',
    )
  })
})

describe('a prior without a closed form', () => {
  const parts = {
    encoder: gaussianEncoder(mlp([4], [5]), 2),
    decoder: mlp([2], [5], [4]),
    likelihood: bernoulli,
    prior: gaussianMixture({ components: 3, latent: 2 }),
  }
  const batch = { examples: full([3, 4], 0.5) as Tensor<[3, 4]>, weights: ones([3]) }
  const evaluate = (kl: PaidKl) => {
    const model = vae(parts, { kl })
    return model.objective({ beta: scalar(1) })(model.init(key(0)).params, {}, batch, key(1))
  }

  it.each([{ kind: 'free-bits', per: 'dimension', nats: 1 }, { kind: 'active-dimensions' }] as const)(
    'has no KL of each dimension for $kind',
    (paid) => {
      expect(() => evaluate(paid)).toThrow(
        `${paid.kind}: expected a posterior and a prior whose KL is known for each dimension, such as a diagonal Gaussian and N(0, I)`,
      )
    },
  )

  it('has free bits in total', () => {
    const { terms } = evaluate({ kind: 'whole' })
    const { loss } = evaluate({ kind: 'free-bits', per: 'total', nats: 50 })
    const reconstruction = terms.reconstruction.data.reduce((a, b) => a + b / 3, 0)
    expect(item(add(loss, -50))).toBeCloseTo(reconstruction, 4)
  })
})
