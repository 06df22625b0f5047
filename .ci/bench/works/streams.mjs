import { full, zeros } from '../../../packages/tensor/dist/index.js'
import { centred } from './operands.mjs'

/*
 * Works that move much and compute little. Their operands are larger than most caches, so the memory decides.
 */

const mebi = 2 ** 20
const elementsOf = (mebibytes) => (mebibytes * mebi) / 4

/** relu(a · x + b) + c with scalars a, b and c. */
export const chain = (mebibytes) => {
  const n = elementsOf(mebibytes)
  return {
    kind: 'chain',
    title: `relu(a·x + b) + c on ${mebibytes} MiB`,
    sizes: { n },
    flops: 3 * n,
    bytes: 2 * mebibytes * mebi,
    inputs: () => ({ x: centred(1, [n]), a: full([], 1.5), b: full([], 0.25), c: full([], -0.5) }),
  }
}

/** One update of parameters, given their gradients. It reads four tensors and writes three. */
export const adam = (mebibytes) => {
  const n = elementsOf(mebibytes)
  return {
    kind: 'adam',
    title: `Adam on ${mebibytes} MiB of parameters`,
    sizes: { n },
    // two running means, their corrections, the root and the step
    flops: 14 * n,
    bytes: 7 * mebibytes * mebi,
    inputs: () => ({ params: zeros([n]), grads: centred(1, [n]) }),
  }
}
