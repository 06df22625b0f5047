import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { inputsUnder } from '../inputs.mjs'
import { samples } from '../samples.mjs'
import { conv, groupNorm } from './tfjs/layers.mjs'
import {
  channelsFirst,
  channelsLast,
  depthwiseKernelLast,
  kernelLast,
  parameterLast,
} from './tfjs/layout.mjs'
import { load, repeated } from './tfjs/resident.mjs'
import { training } from './tfjs/training.mjs'

const silu = (x) => tf.mul(x, tf.sigmoid(x))

const works = {
  gemm: (_, { a, b }) => {
    const [left, right] = [load(a), load(b)]
    return repeated(() => tf.matMul(left, right))
  },
  conv: ({ stride, groups }, { x, w }) => {
    const image = load(channelsLast(x))
    if (groups === 1) {
      const kernel = load(kernelLast(w))
      return repeated(() => tf.conv2d(image, kernel, stride, 'same'), channelsFirst)
    }
    const kernel = load(depthwiseKernelLast(w))
    return repeated(() => tf.depthwiseConv2d(image, kernel, stride, 'same'), channelsFirst)
  },
  'residual-block': (_, { x, ...rest }) => {
    const given = Object.entries(inputsUnder(rest, 'params'))
    const params = Object.fromEntries(given.map(([name, input]) => [name, load(parameterLast(input))]))
    const image = load(channelsLast(x))
    const half = (h, norm, name) => conv(silu(groupNorm(h, params, norm)), params, name, 1)
    const block = () => tf.add(image, half(half(image, 'body.0', 'body.2'), 'body.3', 'body.5'))
    return repeated(() => tf.tidy(block), channelsFirst)
  },
  chain: (_, inputs) => {
    const [x, a, b, c] = ['x', 'a', 'b', 'c'].map((name) => load(inputs[name]))
    return repeated(() => tf.tidy(() => tf.add(tf.relu(tf.add(tf.mul(x, a), b)), c)))
  },
  adam: (_, { params, grads }) => {
    const [w, gradient] = [tf.variable(load(params)), load(grads)]
    const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8)
    const run = (times) => {
      for (let i = 0; i < times; i++) optimizer.applyGradients({ [w.name]: gradient })
    }
    const check = () => {
      run(3)
      return samples(w.dataSync())
    }
    return { check, run }
  },
  training,
}

/** Under Node its backend has no threads. */
export const prepare = async ({ kind, sizes, inputs }) => {
  await tf.setBackend('wasm')
  await tf.ready()
  return { ...works[kind](sizes, inputs), version: tf.version_core, threads: 1 }
}
