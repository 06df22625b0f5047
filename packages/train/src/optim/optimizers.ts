import { add, type Tree, zipTree } from '@vae/tensor'
import { type AdamOptions, type AdamState, scaleByAdam } from './adam.ts'
import { chain } from './chain.ts'
import { scaleByLearningRate } from './learning-rate.ts'
import type { Stateless, Transform } from './transform.ts'

/**
 * Adam with the learning rate as an input of each step. Kingma & Ba (2015); see `scaleByAdam`.
 *
 * ```ts
 * const step = trainingStep(objective, adam<typeof params>({ b2: 0.99 }))
 * ```
 */
export const adam = <P extends Tree<P>>(options: AdamOptions = {}): Transform<P, [AdamState<P>, Stateless]> =>
  chain(scaleByAdam<P>(options), scaleByLearningRate<P>())

/**
 * Stochastic gradient descent with the learning rate as an input of each step.
 *
 * ```ts
 * const step = trainingStep(objective, sgd<typeof params>())
 * ```
 */
export const sgd = <P extends Tree<P>>(): Transform<P, Stateless> => scaleByLearningRate<P>()

/**
 * params + updates, leaf by leaf.
 *
 * ```ts
 * applyUpdates({ w: tensor([2], [1, 2]) }, { w: tensor([2], [0.5, -1]) }) // → { w: [1.5, 1] }
 * ```
 */
export const applyUpdates = <P extends Tree<P>>(params: P, updates: NoInfer<P>): P =>
  zipTree((param, update) => add(param, update), params, updates)
