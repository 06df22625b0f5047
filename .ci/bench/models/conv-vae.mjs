import {
  bernoulliLogLikelihood,
  conv2d,
  convTranspose2d,
  flatten,
  intensities,
  klToStandardNormal,
  linear,
  sampleGaussian,
  sequential,
  sumOverLatents,
  unflatten,
  weightedMean,
} from '../../../packages/models/dist/index.js'
import { add, mul, neg, relu, split } from '../../../packages/tensor/dist/index.js'

const halving = { kernel: 4, stride: 2, padding: 1 }

/**
 * A VAE for images `[B, 1, 28, 28]`: two convolutions that halve the size, a dense layer, and the same backwards; with a
 * Gaussian posterior and a Bernoulli likelihood.
 */
export const convVae = ({ latent }) => {
  const layers = {
    encoder: sequential([
      conv2d(1, 32, halving),
      relu,
      conv2d(32, 64, halving),
      relu,
      flatten(),
      linear(64 * 7 * 7, 256),
      relu,
    ]),
    mean: linear(256, latent),
    logVar: linear(256, latent),
    decoder: sequential([
      linear(latent, 256),
      relu,
      linear(256, 64 * 7 * 7),
      relu,
      unflatten([64, 7, 7]),
      convTranspose2d(64, 32, halving),
      relu,
      convTranspose2d(32, 1, halving),
      flatten(),
    ]),
  }
  const names = Object.keys(layers)
  const init = (key) => {
    const keys = split(key, names.length)
    const params = Object.fromEntries(names.map((name, i) => [name, layers[name].init(keys[i])]))
    return { params, state: {} }
  }
  const objective =
    ({ beta }) =>
    (params, state, batch, key) => {
      const apply = (name, x) => layers[name].apply(params[name])(x)
      const x = intensities(batch.examples)
      const h = apply('encoder', x)
      const posterior = { mean: apply('mean', h), logVar: apply('logVar', h) }
      const logits = apply('decoder', sampleGaussian(posterior, key))
      const reconstruction = neg(bernoulliLogLikelihood(logits, flatten().apply({})(x)))
      const kl = sumOverLatents(klToStandardNormal(posterior))
      const loss = weightedMean(add(reconstruction, mul(kl, beta)), batch.weights)
      return { loss, terms: { reconstruction, kl }, state }
    }
  return { init, objective }
}
