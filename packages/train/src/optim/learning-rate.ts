import { mapTree, mul, neg, type Tree } from '@vae/tensor'
import type { Stateless, Transform } from './transform.ts'

/**
 * Multiplies by −learning rate: the last link of a chain, which turns a direction of ascent into a step down.
 *
 * ```ts
 * const { update } = scaleByLearningRate<{ w: Tensor<[2]> }>()
 * const grads = { w: tensor([2], [1, -2]) }
 * update(grads, {}, grads, { learningRate: full([], 0.5) }).updates // → { w: [-0.5, 1] }
 * ```
 */
export const scaleByLearningRate = <P extends Tree<P>>(): Transform<P, Stateless> => ({
  init: () => ({}),
  update: (grads, state, _, { learningRate }) => {
    const factor = neg(learningRate)
    return { updates: mapTree((grad) => mul(grad, factor), grads), state }
  },
})
