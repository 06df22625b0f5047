import { lax, nn, numpy as np } from '@jax-js/jax'

/*
 * Functions own their arguments: what is used twice is passed with `.ref` the first time.
 */

export const dense = (x, params, name) => np.matmul(x, params[`${name}.weight`]).add(params[`${name}.bias`])

const around = (padding) => [
  [padding, padding],
  [padding, padding],
]

const biased = (x, bias) => x.add(bias.reshape([1, -1, 1, 1]))

export const convOf = (x, kernel, { stride, padding, groups = 1 }) =>
  lax.convGeneralDilated(x, kernel, [stride, stride], around(padding), { featureGroupCount: groups })

/** A convolution with a bias. */
export const conv = (x, params, name, stride, padding) =>
  biased(convOf(x, params[`${name}.weight`], { stride, padding }), params[`${name}.bias`])

/** A transposed convolution with a bias. */
export const convTranspose = (x, params, name, stride, padding) => {
  const spread = lax.convTranspose(x, params[`${name}.weight`], [stride, stride], around(padding), {
    transposeKernel: true,
  })
  return biased(spread, params[`${name}.bias`])
}

/** Group normalization in 32 groups, with a scale and a shift for each channel. */
export const groupNorm = (x, params, name) => {
  const [batch, channels, ...size] = x.shape
  const grouped = x.reshape([batch, 32, -1])
  const centred = grouped.ref.sub(np.mean(grouped, 2, { keepdims: true }))
  const variance = np.mean(np.square(centred.ref), 2, { keepdims: true })
  const normal = centred.div(np.sqrt(variance.add(1e-6))).reshape([batch, channels, ...size])
  return biased(normal.mul(params[`${name}.scale`].reshape([1, -1, 1, 1])), params[`${name}.shift`])
}

/** The residual block of Stable Diffusion. */
export const residualBlock = (x, params) => {
  const half = (h, norm, name) => conv(nn.silu(groupNorm(h, params, norm)), params, name, 1, 1)
  return half(half(x.ref, 'body.0', 'body.2'), 'body.3', 'body.5').add(x)
}
