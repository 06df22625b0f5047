import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { checkedSteps } from '../inputs.mjs'
import { samples } from '../samples.mjs'

/** Under Node its backend has no threads. */
const about = { version: tf.version_core, threads: 1 }

const load = ({ shape, data }) => tf.tensor(data, shape)

/** A function of tensors; only the last result of a block is read. */
const repeated = (f, inChannelOrder = (result) => result) => {
  const run = (times) => {
    for (let i = 1; i < times; i++) tf.dispose(f())
    const last = f()
    last.dataSync()
    last.dispose()
  }
  return { check: () => samples(tf.tidy(() => inChannelOrder(f()).dataSync())), run, ...about }
}

const dense = (x, { weight, bias }) => tf.add(tf.matMul(x, weight), bias)

const vaeStep = ({ batch, latent }, inputs) => {
  const names = ['hidden', 'mean', 'logVar', 'decoder', 'logits']
  const layers = Object.fromEntries(
    names.map((name) => [
      name,
      {
        weight: tf.variable(load(inputs[`${name}.weight`])),
        bias: tf.variable(load(inputs[`${name}.bias`])),
      },
    ]),
  )
  const x = tf.div(load(inputs.images), 255)
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8)

  const loss = (noise) => {
    const h = tf.relu(dense(x, layers.hidden))
    const [mean, logVar] = [dense(h, layers.mean), dense(h, layers.logVar)]
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise))
    const logits = dense(tf.relu(dense(z, layers.decoder)), layers.logits)
    // softplus(l) − x·l, as tf.losses.sigmoidCrossEntropy writes it
    const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))
    const reconstruction = tf.sum(tf.sub(softplus, tf.mul(logits, x)))
    const moments = tf.sub(tf.add(tf.square(mean), tf.exp(logVar)), tf.add(logVar, 1))
    return tf.div(tf.add(reconstruction, tf.mul(tf.sum(moments), 0.5)), batch)
  }
  const step = (noise) => tf.tidy(() => optimizer.minimize(() => loss(noise()), true))

  const check = () =>
    Array.from({ length: checkedSteps }, (_, i) => step(() => load(inputs[`noise.${i}`])).dataSync()[0])
  return { ...repeated(() => step(() => tf.randomNormal([batch, latent]))), check }
}

const works = {
  gemm: (_, { a, b }) => {
    const [left, right] = [load(a), load(b)]
    return repeated(() => tf.matMul(left, right))
  },
  // this library has kernels for channels last alone
  conv: (_, { x, w }) => {
    const image = tf.transpose(load(x), [0, 2, 3, 1])
    const kernel = tf.transpose(load(w), [2, 3, 1, 0])
    return repeated(
      () => tf.conv2d(image, kernel, 1, 'same'),
      (result) => tf.transpose(result, [0, 3, 1, 2]),
    )
  },
  vae: vaeStep,
}

export const prepare = async ({ kind, sizes, inputs }) => {
  await tf.setBackend('wasm')
  await tf.ready()
  return works[kind](sizes, inputs)
}
