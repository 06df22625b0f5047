import { valueAndGrad } from '@vae/autograd'
import {
  type AnyTensor,
  full,
  key,
  leaves,
  normal,
  ones,
  reshape,
  type Shape,
  type Tensor,
  type TensorOf,
  uniform,
} from '@vae/tensor'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { bernoulli } from '../likelihoods/bernoulli.ts'
import { gaussian } from '../likelihoods/gaussian.ts'
import { mlp } from '../networks/mlp.ts'
import { residualDown, residualUp } from '../networks/residual.ts'
import type { EmaState } from '../quantizers/ema.ts'
import { fsq } from '../quantizers/fsq.ts'
import { groupedQuantizer } from '../quantizers/grouped.ts'
import { lfq } from '../quantizers/lfq.ts'
import { residualQuantizer } from '../quantizers/residual.ts'
import { vectorQuantizer } from '../quantizers/vector.ts'
import { vqVae } from './vq-vae.ts'

const commitment: Tensor<[]> = full([], 0.25)
const stage = vectorQuantizer(4, 6, { learning: 'ema', decay: 0.5 })

/** Maps of 4 features at 2 × 3 positions, of images of 8 × 12. */
const ofImages = {
  encoder: residualDown([1, 8, 12], [2, 3], 4, { hidden: 2, blocks: 1 }),
  decoder: residualUp([4, 2, 3], [3, 2, 1], { hidden: 2, blocks: 1 }),
  likelihood: bernoulli,
}
/** One vector of 4 features for an example of 5 numbers. */
const ofVectors = { encoder: mlp([5], [6], [4]), decoder: mlp([4], [6], [5]), likelihood: gaussian(0.5) }

const groups = groupedQuantizer(4, 2, vectorQuantizer(2, 5, { learning: 'gradient' }))
const stages = residualQuantizer(stage, 3, { dropout: { minimum: 1 } })

/** A VQ-VAE of any shapes and any quantizer, whose types the laws do not need. */
interface AnyVqVae {
  readonly example: Shape
  readonly grid: Shape
  readonly codebooks: readonly number[]
  init(seed: ReturnType<typeof key>): { readonly params: unknown; readonly state: unknown }
  encode(params: never, state: never): (x: never) => TensorOf<number[], 'i32'>
  decode(params: never, state: never): (indices: never) => AnyTensor
  generate(params: never, state: never): (indices: never) => AnyTensor
  reconstruct(params: never, state: never): (x: never) => AnyTensor
}

const models: readonly (readonly [name: string, model: AnyVqVae, grid: Shape, codebooks: Shape])[] = [
  ['one vector', vqVae({ ...ofVectors, quantizer: stage }), [], [6]],
  ['one vector in stages', vqVae({ ...ofVectors, quantizer: stages }), [3], [6, 6, 6]],
  ['one vector in groups', vqVae({ ...ofVectors, quantizer: groups }), [2], [5, 5]],
  ['one vector on a grid', vqVae({ ...ofVectors, quantizer: fsq([3, 4, 5, 2]) }), [], [120]],
  ['one vector of signs', vqVae({ ...ofVectors, quantizer: lfq(4) }), [], [16]],
  ['maps', vqVae({ ...ofImages, quantizer: stage }), [2, 3], [6]],
  ['maps in stages', vqVae({ ...ofImages, quantizer: stages }), [2, 3, 3], [6, 6, 6]],
  ['maps in groups', vqVae({ ...ofImages, quantizer: groups }), [2, 3, 2], [5, 5]],
  ['maps on a grid', vqVae({ ...ofImages, quantizer: fsq([3, 4, 5, 2]) }), [2, 3], [120]],
  ['maps of signs', vqVae({ ...ofImages, quantizer: lfq(4) }), [2, 3], [16]],
]

describe.each(models)('vqVae with %s', (_, model, grid, codebooks) => {
  const start = model.init(key(1))
  const [params, state] = [start.params as never, start.state as never]
  const x = uniform(key(2), [3, ...model.example]) as AnyTensor as never
  const indices = model.encode(params, state)(x)

  it('has an index for each position, and each stage there', () => {
    expect([model.grid, model.codebooks, indices.shape]).toEqual([grid, codebooks, [3, ...grid]])
    indices.data.forEach((index, i) => {
      const codes = codebooks[i % codebooks.length]!
      expect(index >= 0 && index < codes).toBe(true)
    })
  })

  it('reconstructs what it generates from its codes', () => {
    const images = model.reconstruct(params, state)(x)
    expect(images.shape).toEqual([3, ...model.example])
    expect(images).toEqual(model.generate(params, state)(indices as never))
  })
})

describe('vqVae', () => {
  const model = vqVae({ ...ofImages, quantizer: stage })
  const { params, state } = model.init(key(3))
  const x = uniform(key(4), [3, 1, 8, 12])
  const batch = { examples: x, weights: ones([3]) }

  it('knows its shapes', () => {
    const indices = model.encode(params, state)(x)
    expectTypeOf(indices).toEqualTypeOf<TensorOf<[3, 2, 3], 'i32'>>()
    expectTypeOf(model.generate(params, state)(indices)).toEqualTypeOf<Tensor<[3, 1, 8, 12]>>()
    expectTypeOf(state).toEqualTypeOf<EmaState<6, 4>>()
    const inStages = vqVae({ ...ofImages, quantizer: stages })
    expectTypeOf(inStages.grid).toEqualTypeOf<[2, 3, 3]>()
    expectTypeOf(vqVae({ ...ofVectors, quantizer: stage }).grid).toEqualTypeOf<[]>()
  })

  it('learns from the codebook as it was, and hands on the next', () => {
    const result = model.objective({ commitment })(params, state, batch, key(5))
    expectTypeOf(result.terms.commitment).toEqualTypeOf<Tensor<[3]>>()
    // The reconstruction is by the codes of the state that went in …
    const means = model.decode(params, state)(model.encode(params, state)(x))
    const nats = bernoulli.logLikelihood(reshape(means, [3, 1, 96]), reshape(x, [3, 96]))
    result.terms.reconstruction.data.forEach((value, i) => {
      expect(value).toBeCloseTo(-nats.data[i]!, 4)
    })
    // … and the state that comes out is another, as a second step with it shows.
    expect(result.state.codebook).not.toEqual(state.codebook)
    const second = model.objective({ commitment })(params, result.state, batch, key(5))
    expect(second.terms.commitment).not.toEqual(result.terms.commitment)
  })

  it('moves its encoder and its decoder, and no codebook of averages', () => {
    const { grad } = valueAndGrad(model.objective({ commitment }))(params, state, batch, key(6))
    expect(grad.quantizer).toEqual({})
    for (const part of [grad.encoder, grad.decoder])
      expect(leaves(part).some(({ tensor: { data } }) => data.some((slope) => slope !== 0))).toBe(true)
  })

  it('begins with the codebook that k-means finds', () => {
    const many = { examples: uniform(key(7), [8, 1, 8, 12]), weights: ones([8]) }
    const fitted = model.fit(params, state)(many, key(8))
    expect(fitted.params.encoder).toBe(params.encoder)
    const lossWith = (from: typeof state) =>
      model
        .objective({ commitment })(params, from, many, key(9))
        .terms.commitment.data.reduce((a, b) => a + b)
    expect(lossWith(fitted.state)).toBeLessThan(0.5 * lossWith(state))
  })

  it('weighs a penalty that has a weight, and not one that has none', () => {
    const withEntropy = vqVae({ ...ofVectors, quantizer: lfq(4) })
    const from = withEntropy.init(key(10))
    const data = { examples: normal(key(11), [6, 5]), weights: ones([6]) }
    const [none, some] = [{ commitment }, { commitment, entropy: full([], 2) as Tensor<[]> }].map((hyper) =>
      withEntropy.objective(hyper)(from.params, from.state, data, key(12)),
    )
    const penalty = none!.terms.entropy.data.reduce((a, b) => a + b / 6, 0)
    expect(some!.loss.data[0]! - none!.loss.data[0]!).toBeCloseTo(2 * penalty, 4)
    expect(penalty).not.toBe(0)
  })
})
