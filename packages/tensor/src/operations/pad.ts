import type { DType } from '../dtype.ts'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { Guard, Result } from '../shape/guard.ts'
import { type Pad, type PadMode, padShape, type Widths } from '../shape/pad.ts'
import type { AnyTensor, TensorOf } from '../tensor.ts'
import { apply, broadcast, scalar } from './apply.ts'

const along = (x: AnyTensor, axis: number, from: number, to: number): AnyTensor =>
  apply('slice', [x], {
    start: x.shape.map((_, index) => (index === axis ? from : 0)),
    limit: x.shape.map((size, index) => (index === axis ? to : size)),
    stride: x.shape.map(() => 1),
  })

const withSize = (shape: Shape, axis: number, size: number): number[] =>
  shape.map((own, index) => (index === axis ? size : own))

/** The `count` elements that go before (or after) an axis of x. */
const border = (
  x: AnyTensor,
  axis: number,
  side: 'low' | 'high',
  count: number,
  mode: PadMode,
  value: number,
): AnyTensor => {
  const size = x.shape[axis]!
  const shape = withSize(x.shape, axis, count)
  if (mode === 'constant') return broadcast(scalar(value, x.dtype), shape)
  if (mode === 'replicate')
    return broadcast(side === 'low' ? along(x, axis, 0, 1) : along(x, axis, size - 1, size), shape)
  const inside = side === 'low' ? along(x, axis, 1, count + 1) : along(x, axis, size - 1 - count, size - 1)
  return apply('flip', [inside], { axes: [axis] })
}

/** Cropping by more than the axis has takes the rest from the new elements on the other side. */
const settle = (size: number, [low, high]: readonly [number, number]): [low: number, high: number] =>
  low < -size ? [-size, high + low + size] : high < -size ? [low + high + size, -size] : [low, high]

/** x with its borders along one axis. */
const padAxis =
  (mode: PadMode, value: number) =>
  (x: AnyTensor, [low, high]: readonly [number, number], axis: number): AnyTensor => {
    const parts = [
      ...(low > 0 ? [border(x, axis, 'low', low, mode, value)] : []),
      x,
      ...(high > 0 ? [border(x, axis, 'high', high, mode, value)] : []),
    ]
    return parts.length === 1 ? x : apply('concat', parts, { axis })
  }

/**
 * x with `[before, after]` elements more on each axis; negative numbers crop. The new elements are `value` (0
 * unless given); with mode `'reflect'` x mirrored at its edge, which is not repeated; with `'replicate'` the edge.
 *
 * ```ts
 * pad(tensor([3], [1, 2, 3]), [[2, -1]]) // → [0, 0, 1, 2]
 * pad(tensor([3], [1, 2, 3]), [[2, 1]], { mode: 'reflect' }) // → [3, 2, 1, 2, 3, 2]
 * pad(zeros([8, 3, 28, 28]), [[0, 0], [0, 0], [1, 1], [1, 1]]) // Tensor<[8, 3, 30, 30]>
 * ```
 *
 * ```ts
 * pad(zeros([8, 2]), [[0, 0], [0, 2]], { mode: 'reflect' })
 * // error: pad: axis 1 of [8, 2] is too small for reflect padding by [0, 2]
 * ```
 */
export const pad = <
  S extends Shape,
  D extends DType,
  const Pairs extends Widths,
  Mode extends PadMode = 'constant',
>(
  x: TensorOf<S, D>,
  widths: Guard<Pad<S, Pairs, Mode>, Pairs>,
  options: { readonly mode?: Mode; readonly value?: number } = {},
): Result<Pad<S, Pairs, Mode>, D> => {
  const { mode = 'constant', value = 0 } = options
  const pairs = widths as Widths
  const shape = padShape(x.shape, pairs, mode)
  const settled = pairs.map((pair, axis) => settle(x.shape[axis]!, pair))
  const [low, high] = [settled.map(([before]) => before), settled.map(([, after]) => after)]
  if ((mode === 'constant' && value === 0) || sizeOf(shape) === 0)
    return apply('pad', [x], { low, high, interior: low.map(() => 0) })
  const cropped = apply<AnyTensor>('pad', [x], {
    low: low.map((count) => Math.min(0, count)),
    high: high.map((count) => Math.min(0, count)),
    interior: low.map(() => 0),
  })
  return settled.reduce<AnyTensor>(padAxis(mode, value), cropped) as Result<Pad<S, Pairs, Mode>, D>
}
