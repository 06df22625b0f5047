import { mlpVae } from '../../../packages/models/dist/index.js'
import { convVae } from './conv-vae.mjs'
import { vqVae } from './vq-vae.mjs'

/** The models that are trained, by name: from sizes to `init` and `objective`. */
export const models = {
  'mlp-vae': ({ features, hidden, latent }) => mlpVae({ features, hidden, latent }),
  'conv-vae': convVae,
  'vq-vae': vqVae,
}
