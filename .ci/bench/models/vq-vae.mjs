import {
  conv2d,
  convTranspose2d,
  intensities,
  residual,
  sequential,
  weightedMean,
} from '../../../packages/models/dist/index.js'
import {
  add,
  argmin,
  embed,
  markParameters,
  matmul,
  mean,
  mul,
  permute,
  relu,
  reshape,
  split,
  square,
  stopGradient,
  sub,
  sum,
  transpose,
  uniform,
} from '../../../packages/tensor/dist/index.js'

const halving = { kernel: 4, stride: 2, padding: 1 }
const keeping = { kernel: 3, padding: 1 }
const commitment = 0.25

const block = (width) =>
  residual(sequential([relu, conv2d(width, width, keeping), relu, conv2d(width, width, { kernel: 1 })]))

/** The index of the nearest code for each row: |e|² − 2 z·e, which differs from the squared distance by |z|². */
const nearest = (rows, codebook) =>
  argmin(sub(sum(square(codebook), [1]), mul(matmul(rows, transpose(codebook)), 2)), 1)

const meanPerExample = (x) => mean(x, [1, 2, 3])

/**
 * A VQ-VAE for images `[B, 3, 32, 32]` with one code for each of 8 × 8 places. The codebook learns by the gradient of
 * its own term, the encoder by the straight-through estimator and the commitment term. van den Oord et al., "Neural
 * discrete representation learning" (2017), equation 3.
 */
export const vqVae = ({ width, codes }) => {
  const layers = {
    encoder: sequential([
      conv2d(3, width, halving),
      relu,
      conv2d(width, width, halving),
      relu,
      conv2d(width, width, keeping),
      block(width),
      block(width),
    ]),
    decoder: sequential([
      conv2d(width, width, keeping),
      block(width),
      block(width),
      relu,
      convTranspose2d(width, width, halving),
      relu,
      convTranspose2d(width, 3, halving),
    ]),
  }
  const init = (key) => {
    const keys = split(key, 3)
    const codebook = mul(sub(mul(uniform(keys[2], [codes, width]), 2), 1), 1 / codes)
    const [encoder, decoder] = [layers.encoder.init(keys[0]), layers.decoder.init(keys[1])]
    return { params: { encoder, decoder, codebook: markParameters(codebook) }, state: {} }
  }
  const quantize = (z, codebook) => {
    const last = permute(z, [0, 2, 3, 1])
    const rows = reshape(last, [-1, width])
    return permute(reshape(embed(codebook, nearest(rows, codebook)), last.shape), [0, 3, 1, 2])
  }
  const objective = () => (params, state, batch) => {
    const x = intensities(batch.examples)
    const z = layers.encoder.apply(params.encoder)(x)
    const quantized = quantize(z, params.codebook)
    const through = add(z, stopGradient(sub(quantized, z)))
    const reconstructed = layers.decoder.apply(params.decoder)(through)
    const terms = {
      reconstruction: meanPerExample(square(sub(reconstructed, x))),
      codebook: meanPerExample(square(sub(quantized, stopGradient(z)))),
      commitment: meanPerExample(square(sub(z, stopGradient(quantized)))),
    }
    const total = add(add(terms.reconstruction, terms.codebook), mul(terms.commitment, commitment))
    return { loss: weightedMean(total, batch.weights), terms, state }
  }
  return { init, objective }
}
