import { conv } from './works/conv.mjs'
import { gemm } from './works/gemm.mjs'
import { residualBlock } from './works/residual-block.mjs'
import { adam, chain } from './works/streams.mjs'
import { convVae, mlpVae, vqVae } from './works/training.mjs'

/*
 * What is measured. `flops` counts the multiplications and additions of products and convolutions, without those
 * with padding; `bytes` is what must move at least once: operands, results, and each parameter with its two moments
 * read and written. `inputs` makes the operands, which each system is given with the sizes.
 */

const toy = { features: 8, hidden: 16, latent: 2, batch: 64 }
const mlp = { features: 784, hidden: 400, latent: 20, batch: 128 }

export const works = {
  'gemm-512': gemm(512),
  'gemm-768': gemm(768),
  'gemm-1024': gemm(1024),
  'conv-64': conv({ batch: 16, channels: 64, size: 32, window: 3, padding: 1 }),
  'conv-512': conv({ batch: 1, channels: 512, size: 64, window: 3, padding: 1 }),
  'conv-128': conv({ batch: 1, channels: 128, size: 256, window: 3, padding: 1 }),
  'conv-stride': conv({ batch: 128, channels: 32, outputs: 64, size: 14, window: 4, stride: 2, padding: 1 }),
  'conv-depthwise': conv({ batch: 16, channels: 128, size: 64, window: 3, padding: 1, groups: 128 }),
  'vae-toy': mlpVae(toy),
  'vae-mlp': mlpVae(mlp),
  'vae-mlp-grad': mlpVae(mlp, { optimizer: false }),
  'vae-conv': convVae({ latent: 16, batch: 128 }),
  'vq-vae': vqVae({ width: 64, codes: 512, batch: 128 }),
  'sd-512': residualBlock({ channels: 512, size: 64 }),
  'sd-128': residualBlock({ channels: 128, size: 256 }),
  chain: chain(64),
  adam: adam(64),
}
