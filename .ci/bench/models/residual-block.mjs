import { conv2d, groupNorm, residual, sequential } from '../../../packages/models/dist/index.js'
import { silu } from '../../../packages/tensor/dist/index.js'

const norm = (channels) => groupNorm(32, channels, { epsilon: 1e-6 })

/**
 * The residual block of the Stable Diffusion decoder, `[B, channels, H, W]` → the same. Rombach et al., "High-resolution
 * image synthesis with latent diffusion models" (2022).
 */
export const residualBlock = ({ channels }) => {
  const conv = conv2d(channels, channels, { kernel: 3, padding: 1 })
  return residual(sequential([norm(channels), silu, conv, norm(channels), silu, conv]))
}
