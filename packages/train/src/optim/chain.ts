import type { Tree } from '@vae/tensor'
import type { Transform } from './transform.ts'

/**
 * Two to four transforms one after the other: each gets the updates of the one before. The state is the tuple of
 * theirs. Chains chain. (The signatures are listed by length, since TypeScript does not infer `P` through a tuple
 * of unknown length.)
 *
 * ```ts
 * type Params = typeof params
 * const optimizer = chain(scaleByAdam<Params>(), scaleByLearningRate<Params>())
 * ```
 */
export function chain<P extends Tree<P>, A, B>(
  first: Transform<P, A>,
  second: Transform<P, B>,
): Transform<P, [A, B]>
export function chain<P extends Tree<P>, A, B, C>(
  first: Transform<P, A>,
  second: Transform<P, B>,
  third: Transform<P, C>,
): Transform<P, [A, B, C]>
export function chain<P extends Tree<P>, A, B, C, D>(
  first: Transform<P, A>,
  second: Transform<P, B>,
  third: Transform<P, C>,
  fourth: Transform<P, D>,
): Transform<P, [A, B, C, D]>
export function chain<P extends Tree<P>>(...transforms: readonly Transform<P, unknown>[]): object {
  const chained: Transform<P, readonly unknown[]> = {
    init: (params) => transforms.map((transform) => transform.init(params)),
    update: (grads, states, params, hyper) => {
      let updates = grads
      const state = transforms.map((transform, index) => {
        const result = transform.update(updates, states[index], params, hyper)
        updates = result.updates
        return result.state
      })
      return { updates, state }
    },
  }
  return chained
}
