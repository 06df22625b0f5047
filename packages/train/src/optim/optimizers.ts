import { add, type Tree, zipTree } from '@vae/tensor'
import { type AdamOptions, type AdamState, scaleByAdam } from './adam.ts'
import { chain } from './chain.ts'
import { scaleByLearningRate } from './learning-rate.ts'
import type { Stateless, Transform } from './transform.ts'

/** Adam with the learning rate as an input of each step. */
export const adam = <P extends Tree<P>>(options: AdamOptions = {}): Transform<P, [AdamState<P>, Stateless]> =>
  chain(scaleByAdam<P>(options), scaleByLearningRate<P>())

/** Stochastic gradient descent with the learning rate as an input of each step. */
export const sgd = <P extends Tree<P>>(): Transform<P, Stateless> => scaleByLearningRate<P>()

/** params + updates, leaf by leaf. */
export const applyUpdates = <P extends Tree<P>>(params: P, updates: NoInfer<P>): P =>
  zipTree((param, update) => add(param, update), params, updates)
