import type { AnyTensor } from './tensor.ts'
import { leaves } from './tree.ts'

const paths = new WeakMap<AnyTensor, string>()

/**
 * Marks the leaves of a tree as parameters and returns it: what a layer's `init` does. A recording that meets
 * one as a captured constant refuses it, since a weight that is not an argument would silently stay as it is.
 *
 * ```ts
 * const weights = markParameters({ bias: zeros([3]) })
 * ```
 */
export const markParameters = <T>(tree: T): T => {
  for (const { path, tensor } of leaves(tree)) paths.set(tensor, path)
  return tree
}

/**
 * The path of a tensor in the parameter tree that it was marked in, if any.
 *
 * ```ts
 * parameterPath(params.encoder.mean.bias) // → 'encoder.mean.bias'
 * ```
 */
export const parameterPath = (tensor: AnyTensor): string | undefined => paths.get(tensor)
