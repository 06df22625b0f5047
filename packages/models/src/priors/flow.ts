import { add, type Key, normal, type Tensor } from '@vae/tensor'
import type { Flow } from '../flows/flow.ts'
import { latentsOf } from '../latents.ts'
import type { Prior } from './prior.ts'
import { standardLogDensity } from './standard-normal.ts'

/**
 * The distribution of latents that a flow takes to a standard normal: log p(z) = log N(f(z); 0, I) + log |det ∂f/∂z|, and a
 * draw is the inverse of noise. The density is always exact. Rezende & Mohamed (2015), equation 7.
 *
 * ```ts
 * const prior = flowPrior(realNvp({ latent: 2, hidden: 32, steps: 4 }))
 * prior.logDensity(prior.init(key(0)), null)(zeros([1, 2])) // → [-1.838]
 * ```
 */
export const flowPrior = <Z extends number, P>(flow: Flow<Z, P>): Prior<Z, P> => ({
  name: 'flow',
  latent: flow.latent,
  init: flow.init,
  logDensity: (params) => {
    const forward = flow.forward(params)
    return <B extends number>(z: unknown) => {
      const { value, logDet } = forward(latentsOf<B, Z>('logDensity', flow.latent, z))
      return add(standardLogDensity(value), logDet)
    }
  },
  sample:
    (params) =>
    <N extends number>(key: Key, count: N): Tensor<[N, Z]> => {
      const noise: Tensor<[N, Z]> = normal(key, [count, flow.latent])
      return flow.inverse(params)(noise).value
    },
})
