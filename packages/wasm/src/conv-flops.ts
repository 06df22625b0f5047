import type { PrimitiveParameters, TensorSpec } from '@vae/tensor'

/**
 * Multiplications and additions of a convolution by its definition, without those with padding or with the zeros of a
 * dilated input.
 */
export const convFlops = (
  lhs: TensorSpec,
  rhs: TensorSpec,
  { stride, low, lhsDilation, rhsDilation }: PrimitiveParameters['conv'],
  result: TensorSpec,
): number => {
  /** Pairs of an output position and a tap, along one axis, that meet an element of the input. */
  const meetings = (axis: number): number => {
    let count = 0
    for (let at = 0; at < result.shape[axis + 2]!; at++)
      for (let tap = 0; tap < rhs.shape[axis + 2]!; tap++) {
        const position = at * stride[axis]! + tap * rhsDilation[axis]! - low[axis]!
        const element = position / lhsDilation[axis]!
        if (Number.isInteger(element) && element >= 0 && element < lhs.shape[axis + 2]!) count++
      }
    return count
  }
  const [examples, outputs] = result.shape as readonly [number, number, ...number[]]
  return stride.reduce((flops, _, axis) => flops * meetings(axis), 2 * examples * outputs * rhs.shape[1]!)
}
