/*
 * What is measured. `flops` counts the multiplications and additions of products and convolutions, without those
 * with padding; `bytes` is what must move at least once: operands, results, and each parameter with its two moments
 * read and written. The sizes are given to each system with the data.
 */

const gemm = (n) => ({
  kind: 'gemm',
  title: `matrix product ${n}×${n}×${n}`,
  sizes: { n },
  flops: 2 * n ** 3,
  bytes: 4 * 3 * n ** 2,
})

const vaeStep = ({ features, hidden, latent, batch }) => {
  const [outer, inner] = [features * hidden, hidden * latent]
  const parameters = 2 * outer + 3 * inner + 2 * hidden + 2 * latent + features
  return {
    kind: 'vae',
    title: `VAE ${features}-${hidden}-${latent}, batch ${batch}: whole Adam step`,
    sizes: { features, hidden, latent, batch },
    // forward, and twice that backward, where no one asks for the gradient of the images
    flops: 2 * batch * (3 * (2 * outer + 3 * inner) - outer),
    bytes: 4 * (6 * parameters + batch * features),
  }
}

const conv = ({ batch, channels, size, window }) => {
  // along one axis, the windows at the two ends lack one element each
  const taps = size * window - (window - 1)
  return {
    kind: 'conv',
    title: `conv ${window}×${window}, ${channels} channels of ${size}×${size}, batch ${batch}`,
    sizes: { batch, channels, size, window },
    flops: 2 * batch * channels ** 2 * taps ** 2,
    bytes: 4 * (2 * batch * channels * size ** 2 + channels ** 2 * window ** 2),
  }
}

export const works = {
  'gemm-512': gemm(512),
  'gemm-1024': gemm(1024),
  'vae-toy': vaeStep({ features: 8, hidden: 16, latent: 2, batch: 64 }),
  'vae-mlp': vaeStep({ features: 784, hidden: 400, latent: 20, batch: 128 }),
  conv: conv({ batch: 16, channels: 64, size: 32, window: 3 }),
}
