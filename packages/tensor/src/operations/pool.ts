import type { DType } from '../dtype.ts'
import type { Shape } from '../shape/dim.ts'
import { sizeOf } from '../shape/dim.ts'
import type { Guard, Result } from '../shape/guard.ts'
import type { Label } from '../shape/label.ts'
import { type Pool, type PoolWindows, poolWindows } from '../shape/pool.ts'
import type { Padding, PerAxis } from '../shape/window.ts'
import type { AnyTensor, TensorOf } from '../tensor.ts'
import { apply, broadcast, scalar } from './apply.ts'

/** How a pooling window moves. One value serves all axes, a tuple has one for each. */
export interface PoolOptions<K, Stride, P, Exact> {
  /** The sizes of the window. */
  readonly kernel: K
  /** Steps between positions; the kernel unless given, so that windows do not overlap. */
  readonly stride?: Stride
  /** Elements around the input, as in `ConvOptions`; 0 unless given. */
  readonly padding?: P
  /** Refuses sizes that the stride does not divide. */
  readonly exact?: Exact
}

/** Pooling over `Axes` spatial axes. */
export type Pooling<Name extends string, Axes extends 1 | 2 | 3> = <
  S extends Shape,
  D extends DType,
  const K extends PerAxis<Axes>,
  const Stride extends PerAxis<Axes> = K,
  const P extends Padding<Axes> = 0,
  Exact extends boolean = false,
>(
  x: Guard<Pool<Name, S, D, K, Stride, P, Exact, Axes>, TensorOf<S, D>>,
  options: PoolOptions<K, Stride, P, Exact>,
) => Result<Pool<Name, S, D, K, Stride, P, Exact, Axes>>

/** How the elements of a window become one. */
export type PoolKind = 'max' | 'average'

/** Options as the run-time sees them. */
export interface AnyPoolOptions extends Partial<Omit<PoolWindows, 'kernel'>>, Pick<PoolWindows, 'kernel'> {}

/** x with `low` and `high` elements around its spatial axes: −∞ for a maximum, else 0. */
const padded = (kind: PoolKind, x: AnyTensor, low: readonly number[], high: readonly number[]): AnyTensor => {
  if ([...low, ...high].every((count) => count === 0)) return x
  const around = { low: [0, 0, ...low], high: [0, 0, ...high], interior: x.shape.map(() => 0) }
  const zeros = apply<AnyTensor>('pad', [x], around)
  if (kind === 'average') return zeros
  const inside = apply<AnyTensor>('pad', [broadcast(scalar(1, 'bool'), x.shape)], around)
  return apply('select', [inside, zeros, broadcast(scalar(Number.NEGATIVE_INFINITY), zeros.shape)])
}

/** Every index of a small shape. */
const indicesOf = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>(
    (indices, size) => indices.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  )

/** `[B, C, window, …sizes]`: for each tap of the window what it sees at all positions. */
const taps = (
  x: AnyTensor,
  kernel: readonly number[],
  stride: readonly number[],
  sizes: readonly number[],
): AnyTensor => {
  const [batch, channels] = x.shape as readonly [number, number]
  const seen = indicesOf(kernel).map((tap) => {
    const at = apply<AnyTensor>('slice', [x], {
      start: [0, 0, ...tap],
      limit: [batch, channels, ...tap.map((start, axis) => start + (sizes[axis]! - 1) * stride[axis]! + 1)],
      stride: [1, 1, ...stride],
    })
    return apply<AnyTensor>('reshape', [at], { shape: [batch, channels, 1, ...sizes] })
  })
  return apply('concat', seen, { axis: 2 })
}

/** `[B, C, size, kernel, …]`: windows that do not overlap, each as an axis of its own. */
const tiles = (x: AnyTensor, kernel: readonly number[], sizes: readonly number[]): AnyTensor => {
  const [batch, channels] = x.shape as readonly [number, number]
  const covered = apply<AnyTensor>('slice', [x], {
    start: x.shape.map(() => 0),
    limit: [batch, channels, ...sizes.map((size, axis) => size * kernel[axis]!)],
    stride: x.shape.map(() => 1),
  })
  const shape = [batch, channels, ...sizes.flatMap((size, axis) => [size, kernel[axis]!])]
  return apply('reshape', [covered], { shape })
}

/**
 * Pooling over any number of spatial axes whose shapes only the run knows; `label` starts its messages. What
 * `maxPool2d` and its kin, and the layers over them, do.
 *
 * ```ts
 * pool('max', 'maxPool1d', 1, zeros([1, 2, 9]), { kernel: 3 }).shape // → [1, 2, 3]
 * ```
 */
export const pool = (
  kind: PoolKind,
  label: Label,
  axes: number,
  x: AnyTensor,
  { kernel: window, stride: step = window, padding = 0, exact = false }: AnyPoolOptions,
): AnyTensor => {
  const { kernel, stride, low, high, sizes } = poolWindows(label, axes, x, {
    kernel: window,
    stride: step,
    padding,
    exact,
  })
  const input = padded(kind, x, low, high)
  const apart = stride.every((by, axis) => by === kernel[axis])
  const windows = apart ? tiles(input, kernel, sizes) : taps(input, kernel, stride, sizes)
  const reduced = { axes: apart ? kernel.map((_, axis) => 3 + 2 * axis) : [2] }
  if (kind === 'max') return apply('reduceMax', [windows], reduced)
  const total = apply<AnyTensor>('sum', [windows], reduced)
  return apply('mul', [total, broadcast(scalar(1 / sizeOf(kernel)), total.shape)])
}

const pooling =
  <Name extends string, Axes extends 1 | 2 | 3>(
    kind: PoolKind,
    name: Name,
    axes: Axes,
  ): Pooling<Name, Axes> =>
  (x, options) =>
    pool(kind, name, axes, x as AnyTensor, options as AnyPoolOptions) as never

/**
 * The largest element of each window of `[B, C, L]`; elements around the input never win. The gradient of a tie is
 * shared equally.
 *
 * ```ts
 * maxPool1d(tensor([1, 1, 5], [1, 5, 2, 3, 4]), { kernel: 2 }) // → [[[5, 3]]]
 * ```
 */
export const maxPool1d = pooling('max', 'maxPool1d', 1)

/**
 * The largest element of each window of images `[B, C, H, W]`, as `maxPool1d`.
 *
 * ```ts
 * maxPool2d(zeros([128, 8, 28, 28]), { kernel: 2 }) // Tensor<[128, 8, 14, 14]>
 * ```
 *
 * A window larger than the input does not compile, or throws a `ShapeError`; with `exact`, neither does a size that the
 * stride does not divide.
 *
 * ```ts
 * maxPool2d(zeros([128, 8, 7, 7]), { kernel: 2, exact: true })
 * // error: maxPool2d: stride 2 does not divide size 7: [128, 8, 7, 7]
 * ```
 */
export const maxPool2d = pooling('max', 'maxPool2d', 2)

/**
 * The largest element of each window of volumes `[B, C, T, H, W]`, as `maxPool1d`.
 *
 * ```ts
 * maxPool3d(zeros([1, 8, 4, 8, 8]), { kernel: [1, 2, 2] }) // Tensor<[1, 8, 4, 4, 4]>
 * ```
 */
export const maxPool3d = pooling('max', 'maxPool3d', 3)

/**
 * The mean of each window of `[B, C, L]`. Elements around the input count as zeros, as in PyTorch.
 *
 * ```ts
 * avgPool1d(tensor([1, 1, 4], [1, 5, 2, 3]), { kernel: 2 }) // → [[[3, 2.5]]]
 * ```
 */
export const avgPool1d = pooling('average', 'avgPool1d', 1)

/**
 * The mean of each window of images `[B, C, H, W]`, as `avgPool1d`.
 *
 * ```ts
 * avgPool2d(zeros([128, 8, 28, 28]), { kernel: 3, stride: 2, padding: 1 }) // Tensor<[128, 8, 14, 14]>
 * ```
 */
export const avgPool2d = pooling('average', 'avgPool2d', 2)

/**
 * The mean of each window of volumes `[B, C, T, H, W]`, as `avgPool1d`.
 *
 * ```ts
 * avgPool3d(zeros([1, 8, 4, 8, 8]), { kernel: 2 }) // Tensor<[1, 8, 2, 4, 4]>
 * ```
 */
export const avgPool3d = pooling('average', 'avgPool3d', 3)
