import { embedding, layerNorm, linear, type ParamsOf, residual, selfAttention, sequential } from '@vae/models'
import { gelu, type Tensor, type TensorOf } from '@vae/tensor'

/* A transformer of 12 layers of 512 features with its parameters, from tokens to logits. */

const layer = sequential([
  residual(sequential([layerNorm(512), selfAttention(512, { heads: 8, causal: true })])),
  residual(sequential([layerNorm(512), linear(512, 2048), gelu, linear(2048, 512)])),
])

const transformer = sequential([
  embedding(32000, 512),
  layer,
  layer,
  layer,
  layer,
  layer,
  layer,
  layer,
  layer,
  layer,
  layer,
  layer,
  layer,
  layerNorm(512),
  linear(512, 32000),
])

export const logits =
  (params: ParamsOf<typeof transformer>) =>
  <B extends number>(tokens: TensorOf<[B, 256], 'i32'>): Tensor<[B, 256, 32000]> =>
    transformer.apply(params)(tokens)
