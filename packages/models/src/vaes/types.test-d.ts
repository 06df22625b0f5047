import type { Dim, Tensor, TensorOf } from '@vae/tensor'
import { full, key, zeros } from '@vae/tensor'
import { expectTypeOf } from 'vitest'
import { type GaussianEncoderParams, gaussianEncoder } from '../encoder.ts'
import type { DiscriminatorParams } from '../factor/discriminator.ts'
import { discriminator } from '../factor/discriminator.ts'
import type { DiagonalGaussian } from '../gaussian.ts'
import type { LatentParams } from '../latent-model.ts'
import type { NoParams } from '../layer.ts'
import { bernoulli } from '../likelihoods/bernoulli.ts'
import { learnedGaussian } from '../likelihoods/gaussian.ts'
import type { LinearParams } from '../linear.ts'
import { connect } from '../networks/connect.ts'
import { convDown, convUp } from '../networks/conv.ts'
import { mlp } from '../networks/mlp.ts'
import { residualDown, residualUp } from '../networks/residual.ts'
import { gaussianMixture } from '../priors/mixture.ts'
import { residualQuantizer } from '../quantizers/residual.ts'
import { vectorQuantizer } from '../quantizers/vector.ts'
import { type Autoencoder, type AutoencoderParams, autoencoder } from './autoencoder.ts'
import { type FactorVae, factorVae } from './factor-vae.ts'
import { importanceWeighted } from './importance-weighted.ts'
import { type Vae, vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

/** The size of a batch that only has a name, and one of which nothing is known. */
declare const batch: Dim<'batch'>
declare const some: number

type EncoderParams = GaussianEncoderParams<[LinearParams<784, 400>], 400, 16>
type DecoderParams = [LinearParams<16, 400>, LinearParams<400, 784>]

const model = vae({
  encoder: gaussianEncoder(mlp([784], [400]), 16),
  decoder: mlp([16], [400], [784]),
  likelihood: bernoulli,
})
expectTypeOf(model).toEqualTypeOf<
  Vae<[784], 16, [784], LatentParams<EncoderParams, DecoderParams, NoParams>>
>()

// Batches that are literals, names or unknown.
const { params, state } = model.init(key(0))
expectTypeOf(model.encode(params)(zeros([128, 784]))).toEqualTypeOf<DiagonalGaussian<128, 16>>()
expectTypeOf(model.encode(params)(zeros([batch, 784]))).toEqualTypeOf<DiagonalGaussian<Dim<'batch'>, 16>>()
expectTypeOf(model.encode(params)(zeros([some, 784]))).toEqualTypeOf<DiagonalGaussian<number, 16>>()
expectTypeOf(model.generate(params)(zeros([batch, 16]))).toEqualTypeOf<Tensor<[Dim<'batch'>, 784]>>()
expectTypeOf(model.reconstruct(params)(zeros([some, 784]))).toEqualTypeOf<Tensor<[number, 784]>>()
expectTypeOf(model.sample(params)(key(0), 64)).toEqualTypeOf<Tensor<[64, 784]>>()

const evaluated = model.objective({ beta: zeros([]) })(
  params,
  state,
  { examples: zeros([batch, 784]), weights: zeros([batch]) },
  key(1),
)
expectTypeOf(evaluated.terms.kl).toEqualTypeOf<Tensor<[Dim<'batch'>]>>()

// A batch of more weights than examples.
model.objective({ beta: zeros([]) })(
  params,
  state,
  // @ts-expect-error 128 ≠ 64
  { examples: zeros([128, 784]), weights: zeros([64]) },
  key(1),
)

// A decoder that gives two numbers for each value, and a prior with parameters.
const images = vae({
  encoder: gaussianEncoder(connect([convDown([1, 28, 28], [32, 64]), mlp([64, 7, 7], [256])]), 10),
  decoder: connect([mlp([10], [256], [64, 7, 7]), convUp([64, 7, 7], [32, 2])]),
  likelihood: learnedGaussian,
  prior: gaussianMixture({ components: 5, latent: 10 }),
})
const ofImages = images.init(key(0)).params
expectTypeOf(ofImages.prior.means).toEqualTypeOf<Tensor<[5, 10]>>()
expectTypeOf(images.decode(ofImages)(zeros([8, 10]))).toEqualTypeOf<Tensor<[8, 2, 28, 28]>>()
expectTypeOf(images.reconstruct(ofImages)(zeros([8, 1, 28, 28]))).toEqualTypeOf<Tensor<[8, 1, 28, 28]>>()

// Sizes that are known when it runs.
const unknown = vae({
  encoder: gaussianEncoder(mlp([some], [some]), some),
  decoder: mlp([some], [some], [some]),
  likelihood: learnedGaussian,
})
expectTypeOf(unknown.encode(unknown.init(key(0)).params)(zeros([8, some]))).toEqualTypeOf<
  DiagonalGaussian<8, number>
>()
const unknownFeatures: number[] = [1, 28, 28]
const flattening = vae({
  encoder: gaussianEncoder(mlp(unknownFeatures, [400]), 16),
  decoder: mlp([16], [400], unknownFeatures),
  likelihood: bernoulli,
})
expectTypeOf(flattening.latent).toEqualTypeOf<16>()

// One family of parts, other models.
const weighted = importanceWeighted(
  {
    encoder: gaussianEncoder(mlp([784], [400]), 16),
    decoder: mlp([16], [400], [784]),
    likelihood: bernoulli,
  },
  { kind: 'miwae', outer: 2, samples: 4 },
)
expectTypeOf(weighted.init).returns.toHaveProperty('params').toEqualTypeOf<typeof params>()

const factor = factorVae({
  encoder: gaussianEncoder(mlp([784], [400]), 16),
  decoder: mlp([16], [400], [784]),
  likelihood: bernoulli,
  discriminator: discriminator({ latent: 16 }),
})
expectTypeOf(factor).toEqualTypeOf<FactorVae<[784], 16, [784], typeof params, 1000>>()
expectTypeOf(factor.init(key(0)).params.discriminator).toEqualTypeOf<DiscriminatorParams<16, 1000>>()

const plain = autoencoder({
  encoder: mlp([784], [400], [16]),
  decoder: mlp([16], [400], [784]),
  likelihood: bernoulli,
})
expectTypeOf(plain).toEqualTypeOf<
  Autoencoder<
    [784],
    16,
    [784],
    AutoencoderParams<[LinearParams<784, 400>, LinearParams<400, 16>], DecoderParams>
  >
>()
expectTypeOf(plain.encode(plain.init(key(0)).params)(zeros([batch, 784]))).toEqualTypeOf<
  Tensor<[Dim<'batch'>, 16]>
>()

const coded = vqVae({
  encoder: residualDown([3, 32, 32], [64, 128], 32, { hidden: 32 }),
  quantizer: residualQuantizer(vectorQuantizer(32, 512, { learning: 'gradient' }), 4),
  decoder: residualUp([32, 8, 8], [128, 64, 3], { hidden: 32 }),
  likelihood: bernoulli,
})
const start = coded.init(key(0))
expectTypeOf(coded.grid).toEqualTypeOf<[8, 8, 4]>()
const indices = coded.encode(start.params, start.state)(zeros([batch, 3, 32, 32]))
expectTypeOf(indices).toEqualTypeOf<TensorOf<[Dim<'batch'>, 8, 8, 4], 'i32'>>()
expectTypeOf(coded.generate(start.params, start.state)(indices)).toEqualTypeOf<
  Tensor<[Dim<'batch'>, 3, 32, 32]>
>()
const codedTerms = coded.objective({ commitment: zeros([]) })(
  start.params,
  start.state,
  { examples: full([16, 3, 32, 32], 0, 'u8'), weights: zeros([16]) },
  key(1),
).terms
expectTypeOf<keyof typeof codedTerms>().toEqualTypeOf<'reconstruction' | 'commitment' | 'codebook'>()
