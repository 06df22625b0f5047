import { resolveAxes } from '../shape/axis.ts'
import { type Shape, sizeOf } from '../shape/dim.ts'
import type { Guard, Result } from '../shape/guard.ts'
import type { Reduce } from '../shape/reduce.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { apply } from './apply.ts'
import { div } from './elementwise.ts'

/** A reduction over `axes` (negative ones count from the end), which are dropped, or kept with size 1. */
export type Reduction<Name extends string> = <
  A extends Shape,
  const L extends Shape,
  KeepDims extends boolean = false,
>(
  x: Tensor<A>,
  axes: Guard<Reduce<A, L, KeepDims, Name>, readonly [...L]>,
  options?: { readonly keepDims?: KeepDims },
) => Result<Reduce<A, L, KeepDims, Name>>

const sumOver = (name: string, x: AnyTensor, axes: readonly number[], keepDims: boolean): AnyTensor => {
  const resolved = resolveAxes(name, x.shape, axes).sort((a, b) => a - b)
  const reduced = apply<AnyTensor>('sum', [x], { axes: resolved })
  const kept = x.shape.map((dim, axis) => (resolved.includes(axis) ? 1 : dim))
  return keepDims ? apply<AnyTensor>('reshape', [reduced], { shape: kept }) : reduced
}

/**
 * The sum over `axes`. Axes that do not exist or repeat do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * sum(x, [1]) // Tensor<[128, 784]> → Tensor<[128]>
 * sum(tensor([2, 2], [1, 2, 3, 4]), [-1], { keepDims: true }) // → [[3], [7]]
 * ```
 */
export const sum: Reduction<'sum'> = (x, axes, options) =>
  sumOver('sum', x, axes as Shape, options?.keepDims ?? false) as never

/**
 * The arithmetic mean over `axes`; NaN over no elements.
 *
 * ```ts
 * mean(tensor([2, 2], [1, 2, 3, 4]), [0]) // → [2, 3]
 * ```
 */
export const mean: Reduction<'mean'> = (x, axes, options) => {
  const total = sumOver('mean', x, axes as Shape, options?.keepDims ?? false)
  const count = sizeOf(x.shape) / sizeOf(total.shape)
  return div(total as Tensor<[]>, count) as never
}
