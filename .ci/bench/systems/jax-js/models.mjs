import { lax, nn, numpy as np } from '@jax-js/jax'
import { conv, convTranspose, dense } from './layers.mjs'

const sample = (mean, logVar, noise) => mean.add(np.exp(logVar.mul(0.5)).mul(noise))

/** The negative evidence lower bound per example. */
const negativeElbo = (logits, x, mean, logVar) => {
  const batch = x.shape[0]
  const reconstruction = np.sum(nn.softplus(logits.ref).sub(logits.mul(x)))
  const moments = np.square(mean).add(np.exp(logVar.ref)).sub(logVar.add(1))
  return reconstruction.add(np.sum(moments).mul(0.5)).div(batch)
}

const mlpVae = () => (p, x, noise) => {
  const h = nn.relu(dense(x.ref, p, 'encoder.body.0'))
  const [mean, logVar] = [dense(h.ref, p, 'encoder.mean'), dense(h, p, 'encoder.logVar')]
  const decoded = nn.relu(dense(sample(mean.ref, logVar.ref, noise), p, 'decoder.0'))
  return negativeElbo(dense(decoded, p, 'decoder.1'), x, mean, logVar)
}

const convVae = () => (p, x, noise) => {
  const batch = x.shape[0]
  let h = nn.relu(conv(x.ref, p, 'encoder.body.0.0', 2, 1))
  h = nn.relu(conv(h, p, 'encoder.body.0.1', 2, 1))
  h = nn.relu(dense(h.reshape([batch, -1]), p, 'encoder.body.1.0'))
  const [mean, logVar] = [dense(h.ref, p, 'encoder.mean'), dense(h, p, 'encoder.logVar')]
  h = nn.relu(dense(sample(mean.ref, logVar.ref, noise), p, 'decoder.0.0'))
  h = nn.relu(dense(h, p, 'decoder.0.1')).reshape([batch, 64, 7, 7])
  h = nn.relu(convTranspose(h, p, 'decoder.1.0', 2, 1))
  return negativeElbo(convTranspose(h, p, 'decoder.1.1', 2, 1), x, mean, logVar)
}

const block = (x, p, name) => {
  const h = nn.relu(conv(nn.relu(x.ref), p, `${name}.body.1`, 1, 1))
  return x.add(conv(h, p, `${name}.body.3`, 1, 0))
}

const distance = (a, b) => np.mean(np.square(a.sub(b)))

const vqVae =
  ({ width, codes }) =>
  (p, x) => {
    let h = nn.relu(conv(x.ref, p, 'encoder.0', 2, 1))
    h = nn.relu(conv(h, p, 'encoder.2', 2, 1))
    const z = block(block(conv(h, p, 'encoder.4', 1, 1), p, 'encoder.5'), p, 'encoder.6')
    const [batch, , ...size] = z.shape
    const rows = lax.stopGradient(z.ref).transpose([0, 2, 3, 1]).reshape([-1, width])
    const fixed = lax.stopGradient(p.codebook.ref)
    const products = np.matmul(rows, fixed.ref.transpose())
    const nearest = np.argmin(np.sum(np.square(fixed), 1).sub(products.mul(2)), 1)
    // the gradient of a gather does not compile with the rest of the step
    const last = np.matmul(nn.oneHot(nearest, codes), p.codebook).reshape([batch, ...size, width])
    const quantized = last.transpose([0, 3, 1, 2])
    h = z.ref.add(lax.stopGradient(quantized.ref.sub(z.ref)))
    h = block(block(conv(h, p, 'decoder.0', 1, 1), p, 'decoder.1'), p, 'decoder.2')
    h = nn.relu(convTranspose(nn.relu(h), p, 'decoder.4', 2, 1))
    const reconstruction = distance(convTranspose(h, p, 'decoder.6', 2, 1), x)
    const commitment = distance(z.ref, lax.stopGradient(quantized.ref)).mul(0.25)
    return reconstruction.add(distance(quantized, lax.stopGradient(z))).add(commitment)
  }

/** What is minimised, by the name of the model: from parameters by path, images and noise. */
export const losses = { 'mlp-vae': mlpVae, 'conv-vae': convVae, 'vq-vae': vqVae }
