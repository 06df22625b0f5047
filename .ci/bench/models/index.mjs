import { bernoulli, gaussianEncoder, mlp, vae } from '../../../packages/models/dist/index.js'
import { convVae } from './conv-vae.mjs'
import { vqVae } from './vq-vae.mjs'

/** The models that are trained, by name: from sizes to `init` and `objective`. */
export const models = {
  'mlp-vae': ({ features, hidden, latent }) =>
    vae({
      encoder: gaussianEncoder(mlp([features], [hidden]), latent),
      decoder: mlp([latent], [hidden], [features]),
      likelihood: bernoulli,
    }),
  'conv-vae': convVae,
  'vq-vae': vqVae,
}
