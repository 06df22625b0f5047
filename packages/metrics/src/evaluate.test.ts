import { referenceEngine } from '@vae/autograd'
import { bernoulli, gaussianEncoder, mlp, vae } from '@vae/models'
import { key, type Tensor, type TensorOf, tensor } from '@vae/tensor'
import { describe, expect, it } from 'vitest'
import { negativeElboTerms } from './elbo.ts'
import { meanOfTerms, meanTerms } from './evaluate.ts'

const model = vae({
  encoder: gaussianEncoder(mlp([6], [5]), 2),
  decoder: mlp([2], [5], [6]),
  likelihood: bernoulli,
})
const { params, state } = model.init(key(1))
const images = Uint8Array.from({ length: 10 * 6 }, (_, index) => (index * 37) % 256)

interface Data {
  readonly examples: TensorOf<[number, 6], 'u8'>
  readonly weights: Tensor<[number]>
}

/** The ten images in batches of `size`, the last one padded with garbage of weight 0. */
const batches = (size: number): Data[] =>
  Array.from({ length: Math.ceil(10 / size) }, (_, index) => {
    const bytes = new Uint8Array(size * 6).fill(77)
    bytes.set(images.subarray(index * size * 6, (index + 1) * size * 6))
    const weights = Array.from({ length: size }, (_, row) => (index * size + row < 10 ? 1 : 0))
    return { examples: tensor([size, 6], bytes, 'u8'), weights: tensor([size], weights) }
  })

const evaluator = meanTerms(
  referenceEngine,
  negativeElboTerms((p: typeof params, s: typeof state, batch: Data, noise) =>
    model.objective({ beta: tensor([], [1]) })(p, s, batch, noise),
  ),
)

const run = (size: number, seed = 0) => evaluator.run({ params, state }, batches(size), key(seed))

describe('meanTerms', () => {
  it('gives the same numbers for the same key, others for another', async () => {
    expect(await run(3)).toEqual(await run(3))
    expect((await run(3)).reconstruction.mean).not.toBe((await run(3, 1)).reconstruction.mean)
  })

  it('leaves padding out: a term without noise does not depend on the batch size', async () => {
    const whole = (await run(10)).kl
    for (const size of [1, 3, 4, 16]) {
      const { mean, standardError } = (await run(size)).kl
      expect(mean).toBeCloseTo(whole.mean, 6)
      expect(standardError).toBeCloseTo(whole.standardError, 6)
    }
  })

  it('adds the terms up to the negative evidence lower bound', async () => {
    const { negativeElbo, reconstruction, kl } = await run(4)
    expect(negativeElbo.mean).toBeCloseTo(reconstruction.mean + kl.mean, 5)
    expect(negativeElbo.standardError).toBeGreaterThan(0)
  })

  it('lets others run between batches', async () => {
    let turns = 0
    await evaluator.run({ params, state }, batches(3), key(0), async () => {
      turns++
    })
    expect(turns).toBe(4)
  })
})

describe('meanOfTerms', () => {
  it('weights examples', () => {
    const means = meanOfTerms({ a: tensor([3], [1, 2, 50]) }, tensor([3], [1, 3, 0]))
    expect(means.a.data[0]).toBe(1.75)
  })
})
