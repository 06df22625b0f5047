import { mapTree, mul, neg, type Tree } from '@vae/tensor'
import type { Stateless, Transform } from './transform.ts'

/** Multiplies by −learning rate: the last link of a chain, which turns a direction of ascent into a step down. */
export const scaleByLearningRate = <P extends Tree<P>>(): Transform<P, Stateless> => ({
  init: () => ({}),
  update: (grads, state, _, { learningRate }) => {
    const factor = neg(learningRate)
    return { updates: mapTree((grad) => mul(grad, factor), grads), state }
  },
})
