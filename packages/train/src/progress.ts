import { type AnyTensor, HostTensor, type Key, key, mapTensors, split, type Tree } from '@vae/tensor'
import type { Transform } from './optim/transform.ts'
import type { TrainingState } from './step.ts'

/** How far a training has come: what a checkpoint holds, and all that the future depends on beside the settings. */
export interface Progress<P, O, S> {
  readonly training: TrainingState<P, O, S>
  /** The key of the order in which the coming epochs visit the examples. */
  readonly order: Key
  /** Epochs that were completed. */
  readonly epoch: number
  /** Steps that were completed. */
  readonly step: number
}

/**
 * The beginning of a training, a pure function of the seed: weights, noise and data order have keys of their
 * own.
 *
 * ```ts
 * const start = startOf(0, model.init, adam<typeof params>())
 * start.step // → 0
 * ```
 */
export const startOf = <P extends Tree<P>, O, S>(
  seed: number,
  init: (key: Key) => { readonly params: P; readonly state: S },
  optimizer: Pick<Transform<P, O>, 'init'>,
): Progress<P, O, S> => {
  const [forWeights, forNoise, order] = split(key(seed), 3)
  const { params, state: modelState } = init(forWeights)
  return {
    training: { params, optimizer: optimizer.init(params), modelState, key: forNoise },
    order,
    epoch: 0,
    step: 0,
  }
}

/**
 * The same values in ordinary memory: what later steps do to an engine's memory does not reach them.
 *
 * ```ts
 * onHost({ w: tensor([2], [1, 2]) }) // → { w: [1, 2] }
 * ```
 */
export const onHost = <T>(tree: T): T =>
  mapTensors(tree, ({ shape, dtype, data }): AnyTensor => new HostTensor(shape, dtype, data))
