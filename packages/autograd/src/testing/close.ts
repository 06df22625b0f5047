import type { Block } from '@vae/tensor'

/** Whether two blocks agree up to `tolerance`, relative to the largest element of either and to 1. */
export const close = (a: Block, b: Block, tolerance: number): boolean => {
  const size = Math.max(1, ...Array.from(a.data, Math.abs), ...Array.from(b.data, Math.abs))
  return (
    String(a.shape) === String(b.shape) &&
    a.data.every((value, index) => Math.abs(value - b.data[index]!) <= tolerance * size)
  )
}
