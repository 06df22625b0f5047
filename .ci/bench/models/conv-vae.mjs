import {
  bernoulli,
  connect,
  convDown,
  convUp,
  gaussianEncoder,
  mlp,
  vae,
} from '../../../packages/models/dist/index.js'
import { relu } from '../../../packages/tensor/dist/index.js'

/** A VAE for images `[B, 1, 28, 28]`: two convolutions that halve the size, a dense layer, and the same backwards. */
export const convVae = ({ latent }) =>
  vae({
    encoder: gaussianEncoder(connect([convDown([1, 28, 28], [32, 64]), mlp([64, 7, 7], [256])]), latent),
    decoder: connect([
      mlp([latent], [256], [64, 7, 7], { outputActivation: relu }),
      convUp([64, 7, 7], [32, 1]),
    ]),
    likelihood: bernoulli,
  })
