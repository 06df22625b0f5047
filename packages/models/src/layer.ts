import type { Key } from '@vae/tensor'

/**
 * A layer is a value: it makes its parameters from a key, and applies them to an input. Nothing is stored, so
 * one layer serves any number of parameter trees.
 */
export interface Layer<Params, Apply> {
  readonly init: (key: Key) => Params
  readonly apply: (params: Params) => Apply
}

/** The parameter tree of a layer. */
export type ParamsOf<L> = L extends { readonly init: (key: Key) => infer Params } ? Params : never
