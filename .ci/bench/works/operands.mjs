import * as tensor from '../../../packages/tensor/dist/index.js'

/** Uniform numbers from −1 to 1, the same in every run. */
export const centred = (seed, shape) => tensor.sub(tensor.mul(tensor.uniform(tensor.key(seed), shape), 2), 1)

/** What each leaf of a tree of parameters is called in the inputs of a work. */
export const named = (prefix, tree) =>
  Object.fromEntries(tensor.leaves(tree).map(({ path, tensor }) => [`${prefix}.${path}`, tensor]))
