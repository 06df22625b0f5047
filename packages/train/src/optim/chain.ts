import type { Tree } from '@vae/tensor'
import type { Transform } from './transform.ts'

/**
 * Transforms one after the other: each gets the updates of the one before. The state is the tuple of theirs.
 *
 * ```ts
 * type Params = typeof params
 * const adam: Transform<Params, [AdamState<Params>, Stateless]> = chain(
 *   scaleByAdam<Params>(),
 *   scaleByLearningRate<Params>(),
 * )
 * ```
 */
export const chain = <P extends Tree<P>, States extends readonly unknown[]>(
  ...transforms: { readonly [I in keyof States]: Transform<P, States[I]> }
): Transform<P, States> => {
  // The mapped tuple is a list of transforms, each of which only ever meets its own state.
  const list = transforms as readonly Transform<P, unknown>[]
  return {
    init: (params) => list.map((transform) => transform.init(params)) as readonly unknown[] as States,
    update: (grads, states, params, hyper) => {
      let updates = grads
      const next = list.map((transform, index) => {
        const result = transform.update(updates, states[index], params, hyper)
        updates = result.updates
        return result.state
      })
      return { updates, state: next as readonly unknown[] as States }
    },
  }
}
