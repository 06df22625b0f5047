import { key } from '../../../packages/tensor/dist/index.js'
import { residualBlock as block } from '../models/residual-block.mjs'
import { convProducts } from './conv.mjs'
import { centred, named } from './operands.mjs'

/** The forward pass of a residual block of Stable Diffusion for one image. */
export const residualBlock = ({ channels, size }) => ({
  kind: 'residual-block',
  title: `Stable Diffusion residual block, ${channels} channels of ${size}×${size}: forward`,
  sizes: { channels, size },
  flops: 2 * 2 * convProducts({ batch: 1, channels, size, window: 3, padding: 1 }),
  bytes: 4 * (2 * channels * size ** 2 + 2 * channels ** 2 * 9),
  inputs: () => ({
    x: centred(1, [1, channels, size, size]),
    ...named('params', block({ channels }).init(key(2))),
  }),
})
