import type { Tensor, Tree } from '@vae/tensor'

/** Scalars that may change from step to step, so they are inputs of the step and never part of its program. */
export interface OptimizerHyper {
  readonly learningRate: Tensor<[]>
}

/**
 * A gradient transformation: two pure functions over a typed tree of parameters. What `init` makes goes into the
 * first `update`, and what an `update` returns into the next. Optimizers are chains of these, as in Optax.
 *
 * @see https://optax.readthedocs.io
 */
export interface Transform<P extends Tree<P>, State> {
  readonly init: (params: P) => State
  readonly update: (
    grads: P,
    state: State,
    params: P,
    hyper: OptimizerHyper,
  ) => { readonly updates: P; readonly state: State }
}

/** The state of a transform that remembers nothing. */
export type Stateless = Readonly<Record<never, never>>
