import {
  conv2d,
  groupNorm,
  type ParamsOf,
  residual,
  sequential,
  spatialSelfAttention,
  upsample,
} from '@vae/models'
import { silu, type Tensor } from '@vae/tensor'

/*
 * The decoder of the Stable Diffusion autoencoder, with its parameters: 14 residual blocks, attention in the middle,
 * three times twice the size. Rombach et al., "High-resolution image synthesis with latent diffusion models" (2022).
 */

const same = { kernel: 3, padding: 1 } as const

/** A residual block that keeps its channels. */
const block = <C extends number>(channels: C) =>
  residual(
    sequential([
      groupNorm(32, channels),
      silu,
      conv2d(channels, channels, same),
      groupNorm(32, channels),
      silu,
      conv2d(channels, channels, same),
    ]),
  )

/** A residual block that changes its channels. */
const change = <I extends number, O extends number>(inputs: I, outputs: O) =>
  residual(
    sequential([
      groupNorm(32, inputs),
      silu,
      conv2d(inputs, outputs, same),
      groupNorm(32, outputs),
      silu,
      conv2d(outputs, outputs, same),
    ]),
    conv2d(inputs, outputs, { kernel: 1 }),
  )

const decoder = sequential([
  conv2d(4, 4, { kernel: 1 }),
  conv2d(4, 512, same),
  block(512),
  residual(sequential([groupNorm(32, 512), spatialSelfAttention(512)])),
  block(512),
  block(512),
  block(512),
  block(512),
  upsample(2),
  conv2d(512, 512, same),
  block(512),
  block(512),
  block(512),
  upsample(2),
  conv2d(512, 512, same),
  change(512, 256),
  block(256),
  block(256),
  upsample(2),
  conv2d(256, 256, same),
  change(256, 128),
  block(128),
  block(128),
  groupNorm(32, 128),
  silu,
  conv2d(128, 3, same),
])

export const decode =
  (params: ParamsOf<typeof decoder>) =>
  <B extends number>(z: Tensor<[B, 4, 64, 64]>): Tensor<[B, 3, 512, 512]> =>
    decoder.apply(params)(z)
