import { mul, normal, square, sub, sum } from '@vae/tensor'
import { klToStandardNormal } from '../gaussian.ts'
import type { NoParams } from '../layer.ts'
import { checkLayerSizes } from '../size.ts'
import type { Prior } from './prior.ts'

/**
 * N(0, I) over Z latent dimensions, which has no parameters.
 *
 * ```ts
 * standardNormal(16).sample({}, () => { throw new Error() })(key(0), 64) // Tensor<[64, 16]>
 * ```
 */
export const standardNormal = <Z extends number>(latent: Z): Prior<Z, NoParams> => {
  checkLayerSizes('standardNormal', { latent })
  return {
    name: 'standard normal',
    latent,
    init: () => ({}),
    logDensity: () => (z) => mul(sum(sub(mul(square(z), -1), Math.log(2 * Math.PI)), [1]), 0.5),
    sample: () => (key, count) => normal(key, [count, latent]),
    kl: klToStandardNormal,
  }
}
