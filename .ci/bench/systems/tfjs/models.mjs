import * as tf from '@tensorflow/tfjs'
import { conv, convTranspose, dense } from './layers.mjs'

const sample = (mean, logVar, noise) => tf.add(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), noise))

/** The negative evidence lower bound per example. */
const negativeElbo = (logits, x, mean, logVar) => {
  // softplus(l) − x·l, as tf.losses.sigmoidCrossEntropy writes it
  const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))
  const reconstruction = tf.sum(tf.sub(softplus, tf.mul(logits, x)))
  const moments = tf.sub(tf.add(tf.square(mean), tf.exp(logVar)), tf.add(logVar, 1))
  return tf.div(tf.add(reconstruction, tf.mul(tf.sum(moments), 0.5)), x.shape[0])
}

const mlpVae = () => (p, x, noise) => {
  const h = tf.relu(dense(x, p, 'encoder.body.0'))
  const [mean, logVar] = [dense(h, p, 'encoder.mean'), dense(h, p, 'encoder.logVar')]
  const decoded = tf.relu(dense(sample(mean, logVar, noise), p, 'decoder.0'))
  return negativeElbo(dense(decoded, p, 'decoder.1'), x, mean, logVar)
}

const convVae = () => (p, x, noise) => {
  const batch = x.shape[0]
  let h = tf.relu(conv(x, p, 'encoder.body.0.0', 2, true))
  h = tf.relu(conv(h, p, 'encoder.body.0.1', 2))
  h = tf.relu(dense(tf.reshape(tf.transpose(h, [0, 3, 1, 2]), [batch, -1]), p, 'encoder.body.1.0'))
  const [mean, logVar] = [dense(h, p, 'encoder.mean'), dense(h, p, 'encoder.logVar')]
  h = tf.relu(dense(sample(mean, logVar, noise), p, 'decoder.0.0'))
  h = tf.relu(dense(h, p, 'decoder.0.1'))
  h = tf.transpose(tf.reshape(h, [batch, 64, 7, 7]), [0, 2, 3, 1])
  h = tf.relu(convTranspose(h, p, 'decoder.1.0', 2))
  return negativeElbo(convTranspose(h, p, 'decoder.1.1', 2), x, mean, logVar)
}

const block = (x, p, name) => {
  const h = tf.relu(conv(tf.relu(x), p, `${name}.body.1`, 1))
  return tf.add(x, conv(h, p, `${name}.body.3`, 1))
}

/** x, through which no gradient flows. */
const stopped = tf.customGrad((x) => ({
  value: tf.clone(x),
  gradFunc: (cotangent) => tf.zerosLike(cotangent),
}))

/** Rows of a table, with the gradient of `gather`, for which the wasm backend has no kernel. */
const lookUp = (table, indices, size) =>
  tf.customGrad((rows, save) => {
    save([indices])
    return {
      value: tf.gather(rows, indices),
      gradFunc: (cotangent, [kept]) => tf.matMul(tf.transpose(tf.oneHot(kept, size)), cotangent),
    }
  })(table)

const distance = (a, b) => tf.mean(tf.squaredDifference(a, b))

const vqVae =
  ({ width, codes }) =>
  (p, x) => {
    let h = tf.relu(conv(x, p, 'encoder.0', 2, true))
    h = tf.relu(conv(h, p, 'encoder.2', 2))
    const z = block(block(conv(h, p, 'encoder.4', 1), p, 'encoder.5'), p, 'encoder.6')
    const rows = tf.reshape(z, [-1, width])
    // much faster than a product with a transposed operand
    const products = tf.matMul(rows, tf.transpose(p.codebook))
    const nearest = tf.argMin(tf.sub(tf.sum(tf.square(p.codebook), 1), tf.mul(products, 2)), 1)
    const quantized = tf.reshape(lookUp(p.codebook, nearest, codes), z.shape)
    h = conv(tf.add(z, stopped(tf.sub(quantized, z))), p, 'decoder.0', 1)
    h = tf.relu(block(block(h, p, 'decoder.1'), p, 'decoder.2'))
    h = tf.relu(convTranspose(h, p, 'decoder.4', 2))
    const reconstruction = distance(convTranspose(h, p, 'decoder.6', 2), x)
    const commitment = tf.mul(distance(z, stopped(quantized)), 0.25)
    return tf.add(tf.add(reconstruction, distance(quantized, stopped(z))), commitment)
  }

/** What is minimised, by the name of the model: from parameters by path, images and noise. */
export const losses = { 'mlp-vae': mlpVae, 'conv-vae': convVae, 'vq-vae': vqVae }
