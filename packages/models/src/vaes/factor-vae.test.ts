import { valueAndGrad } from '@vae/autograd'
import { full, item, key, leaves, slice, sort, type Tensor, tensor } from '@vae/tensor'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { gaussianEncoder } from '../encoder.ts'
import { type DiscriminatorParams, discriminator } from '../factor/discriminator.ts'
import { bernoulli } from '../likelihoods/bernoulli.ts'
import { mlp } from '../networks/mlp.ts'
import { factorVae } from './factor-vae.ts'

const parts = {
  encoder: gaussianEncoder(mlp([4], [5]), 3),
  decoder: mlp([3], [5], [4]),
  likelihood: bernoulli,
}
const model = factorVae({ ...parts, discriminator: discriminator({ latent: 3, hidden: 6, layers: 2 }) })
const { params } = model.init(key(0))
const hyper = { gamma: full([], 5) as Tensor<[]> }
const weights = tensor([6], [1, 1, 1, 1, 1, 0])
const examples = tensor(
  [6, 4],
  Uint8Array.from({ length: 24 }, (_, i) => (i * 97) % 256),
  'u8',
)
const batch = { examples, weights }

describe('factorVae', () => {
  const ofModel = valueAndGrad(model.objectives.model(hyper))(
    params.model,
    params.discriminator,
    {},
    batch,
    key(1),
  )

  it('has the gradient of each player in the tree of that player', () => {
    const ofDiscriminator = valueAndGrad(model.objectives.discriminator(hyper))(
      params.discriminator,
      ofModel.shared,
      batch,
      key(2),
    )
    expectTypeOf(ofModel.grad).toEqualTypeOf<typeof params.model>()
    expectTypeOf(ofDiscriminator.grad).toEqualTypeOf<DiscriminatorParams<3, 6>>()
    const paths = (tree: unknown) => leaves(tree).map(({ path }) => path)
    expect(paths(ofModel.grad)).toEqual(paths(params.model))
    expect(paths(ofDiscriminator.grad)).toEqual(paths(params.discriminator))
    for (const { tensor: slope, path } of leaves(ofDiscriminator.grad))
      expect(
        slope.data.some((x) => x !== 0),
        path,
      ).toBe(true)
  })

  it('moves the encoder by its total correlation, and not the decoder', () => {
    const slopesOf = (gamma: number) =>
      valueAndGrad(model.objectives.model({ gamma: full([], gamma) }))(
        params.model,
        params.discriminator,
        {},
        batch,
        key(1),
      )
    const without = slopesOf(0)
    const difference = leaves(slopesOf(5).grad.encoder).some(({ tensor: slope }, i) =>
      slope.data.some((x, j) => x !== leaves(without.grad.encoder)[i]!.tensor.data[j]),
    )
    expect(difference).toBe(true)
    expect(slopesOf(5).grad.decoder).toEqual(without.grad.decoder)
  })

  it('shares samples of q(z), and the same with each dimension in another order, padding apart', () => {
    const { joint, product } = ofModel.shared
    expectTypeOf(joint).toEqualTypeOf<Tensor<[6, 3]>>()
    const sorted = (z: Tensor<[6, 3]>) => sort(slice(z, 0, 0, 5), 0)
    expect(sorted(product)).toEqual(sorted(joint))
    expect(product).not.toEqual(joint)
    expect(slice(product, 0, 5, 6)).toEqual(slice(joint, 0, 5, 6))
  })

  it('loses as a discriminator half the cross-entropy of both kinds of samples, of the examples that count', () => {
    const { loss, terms } = model.objectives.discriminator(hyper)(
      params.discriminator,
      ofModel.shared,
      batch,
      key(2),
    )
    const halves = [terms.discriminatorOnJoint, terms.discriminatorOnProduct].map(({ data }) =>
      data.slice(0, 5).reduce((a, b) => a + b / 10, 0),
    )
    expect(item(loss)).toBeCloseTo(halves[0]! + halves[1]!, 6)
  })

  it('refuses a discriminator of other latents', () => {
    expect(() =>
      // @ts-expect-error factorVae: the encoder gives 3 latent dimensions, the discriminator takes 4
      factorVae({ ...parts, discriminator: discriminator({ latent: 4, hidden: 6 }) }),
    ).toThrow('factorVae: the encoder gives 3 latent dimensions, the discriminator takes 4')
  })
})
