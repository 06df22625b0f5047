import * as tf from '@tensorflow/tfjs'

/*
 * Images are channels last, the only order that this library has kernels for. All padding is 'same'.
 */

export const dense = (x, params, name) =>
  tf.add(tf.matMul(x, params[`${name}.weight`]), params[`${name}.bias`])

/**
 * The gradient of a convolution with respect to its kernel, for which the wasm backend has no kernel. It is a
 * convolution too, of the image with what came back, where examples and channels change places.
 */
const kernelGradient = (x, cotangent, [window], stride) => {
  const size = x.shape[1]
  const result = cotangent.shape[1]
  const total = (result - 1) * stride + window - size
  const around = [total >> 1, total - (total >> 1)]
  const image = tf.pad(tf.transpose(x, [3, 1, 2, 0]), [[0, 0], around, around, [0, 0]])
  const gradient = tf.conv2d(image, tf.transpose(cotangent, [1, 2, 0, 3]), 1, 'valid', 'NHWC', stride)
  return tf.transpose(gradient, [1, 2, 0, 3])
}

/** A function of two tensors with the gradients that `gradients` makes of what came back and of them. */
const withGradients = (f, gradients) =>
  tf.customGrad((x, w, save) => {
    // without this they are gone when the gradients need them
    save([x, w])
    return { value: f(x, w), gradFunc: (cotangent, [x, w]) => gradients(cotangent, x, w) }
  })

/** A convolution; `data` says that no one asks for the gradient of its input. */
const convOf = (stride, data) =>
  withGradients(
    (x, w) => tf.conv2d(x, w, stride, 'same'),
    (cotangent, x, w) => [
      data ? tf.zeros([]) : tf.conv2dTranspose(cotangent, w, x.shape, stride, 'same'),
      kernelGradient(x, cotangent, w.shape, stride),
    ],
  )

/** A convolution with a bias; `data` says that its input is. */
export const conv = (x, params, name, stride, data = false) =>
  tf.add(convOf(stride, data)(x, params[`${name}.weight`]), params[`${name}.bias`])

const transposedOf = (stride) =>
  withGradients(
    (x, w) => {
      const [batch, height, width] = x.shape
      return tf.conv2dTranspose(x, w, [batch, height * stride, width * stride, w.shape[2]], stride, 'same')
    },
    (cotangent, x, w) => [
      tf.conv2d(cotangent, w, stride, 'same'),
      kernelGradient(cotangent, x, w.shape, stride),
    ],
  )

/** A transposed convolution with a bias. */
export const convTranspose = (x, params, name, stride) =>
  tf.add(transposedOf(stride)(x, params[`${name}.weight`]), params[`${name}.bias`])

/** Group normalization in 32 groups, with a scale and a shift for each channel. */
export const groupNorm = (x, params, name) => {
  const [batch, height, width, channels] = x.shape
  const grouped = tf.reshape(x, [batch, height * width, 32, channels / 32])
  const { mean, variance } = tf.moments(grouped, [1, 3], true)
  const normal = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, 1e-6)))
  return tf.add(tf.mul(tf.reshape(normal, x.shape), params[`${name}.scale`]), params[`${name}.shift`])
}
