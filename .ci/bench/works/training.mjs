import * as tensor from '../../../packages/tensor/dist/index.js'
import * as train from '../../../packages/train/dist/index.js'
import { models } from '../models/index.mjs'
import { convProducts } from './conv.mjs'
import { named } from './operands.mjs'

/** How many training steps are compared before anything is timed. */
const checkedSteps = 3

/** The noise that each of the first training steps will draw. */
const noises = (start, { batch, latent }) => {
  let { key } = start.training
  return Array.from({ length: checkedSteps }, () => {
    const [now, next] = tensor.split(key)
    key = next
    return tensor.normal(now, [batch, latent])
  })
}

/** Bytes as floats, which is how files and peers hold them. */
const images = (shape) => tensor.floor(tensor.mul(tensor.uniform(tensor.key(1), shape), 255))

/**
 * A training step of a model. `products` counts the multiplications of each layer forward; the first has no gradient
 * with respect to its input, and `forwardOnly` none at all.
 */
const training = (model, { title, sizes, shape, products, forwardOnly = 0, optimizer = true }) => {
  const start = train.startOf(0, models[model](sizes).init, train.adam())
  const { params } = start.training
  const parameters = tensor.leaves(params).reduce((sum, leaf) => sum + tensor.sizeOf(leaf.tensor.shape), 0)
  const elements = tensor.sizeOf(shape)
  const forward = products.reduce((a, b) => a + b, 0)
  return {
    kind: 'training',
    title: `${title}, batch ${sizes.batch}: ${optimizer ? 'whole Adam step' : 'loss and gradients'}`,
    sizes: { ...sizes, model, optimizer, checkedSteps },
    flops: 2 * (3 * forward - products[0] + forwardOnly),
    // each parameter is read, and its gradient or it and its two moments written
    bytes: 4 * ((optimizer ? 6 : 2) * parameters + elements),
    inputs: () => ({
      images: images(shape),
      ...named('params', params),
      ...(sizes.latent === undefined ? {} : named('noise', noises(start, sizes))),
    }),
  }
}

export const mlpVae = (sizes, { optimizer = true } = {}) => {
  const { features, hidden, latent, batch } = sizes
  const [outer, inner] = [batch * features * hidden, batch * hidden * latent]
  return training('mlp-vae', {
    title: `VAE ${features}-${hidden}-${latent}`,
    sizes,
    shape: [batch, features],
    products: [outer, inner, inner, inner, outer],
    optimizer,
  })
}

/** A transposed convolution multiplies as often as the convolution that it mirrors. */
const halving = (batch, channels, outputs, size) =>
  convProducts({ batch, channels, outputs, size, window: 4, stride: 2, padding: 1 })

export const convVae = ({ latent, batch }) => {
  const side = [
    halving(batch, 1, 32, 28),
    halving(batch, 32, 64, 14),
    batch * 64 * 7 * 7 * 256,
    batch * 256 * latent,
  ]
  return training('conv-vae', {
    title: `conv VAE 1×28×28, latent ${latent}`,
    sizes: { latent, batch },
    shape: [batch, 1, 28, 28],
    // mean and log variance on one side, one dense layer on the other
    products: [...side, batch * 256 * latent, ...side],
  })
}

export const vqVae = ({ width, codes, batch }) => {
  const square = (window) =>
    convProducts({ batch, channels: width, size: 8, window, padding: (window - 1) / 2 })
  const block = square(3) + square(1)
  const side = [halving(batch, 3, width, 32), halving(batch, width, width, 16), square(3), block, block]
  return training('vq-vae', {
    title: `VQ-VAE 3×32×32, width ${width}, ${codes} codes`,
    sizes: { width, codes, batch },
    shape: [batch, 3, 32, 32],
    products: [...side, ...side],
    forwardOnly: batch * 64 * width * codes,
  })
}
