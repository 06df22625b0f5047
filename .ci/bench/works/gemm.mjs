import { centred } from './operands.mjs'

/** The product of two square matrices. */
export const gemm = (n) => ({
  kind: 'gemm',
  title: `matrix product ${n}×${n}×${n}`,
  sizes: { n },
  flops: 2 * n ** 3,
  bytes: 4 * 3 * n ** 2,
  inputs: () => ({ a: centred(1, [n, n]), b: centred(2, [n, n]) }),
})
