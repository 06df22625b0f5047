import type { DType } from '../dtype.ts'
import type { Primitive } from '../primitives/primitive.ts'
import { resolveAxes } from '../shape/axis.ts'
import type { Shape } from '../shape/dim.ts'
import { checkDType, type DTypeGroup, type GuardDType } from '../shape/dtype.ts'
import type { Guard, Result } from '../shape/guard.ts'
import type { Reduce } from '../shape/reduce.ts'
import type { AnyTensor, Operand, Tensor } from '../tensor.ts'
import { apply } from './apply.ts'
import { less, select } from './comparison.ts'
import { abs, add, div, exp, log, square, stopGradient, sub } from './elementwise.ts'

/** Whether reduced axes stay, with size 1. */
export interface KeepDims<Keep extends boolean> {
  readonly keepDims?: Keep
}

/** A reduction over `axes` (negative ones count from the end), which are dropped, or kept with size 1. */
export type Reduction<Name extends string, Group extends DTypeGroup = 'f32', Options = unknown> = <
  A extends Shape,
  const L extends Shape,
  D extends DType,
  Keep extends boolean = false,
>(
  x: GuardDType<Name, Group, D, Operand<A, D>>,
  axes: Guard<Reduce<A, L, Keep, Name>, readonly [...L]>,
  options?: KeepDims<Keep> & Options,
) => Result<Reduce<A, L, Keep, Name>, D>

/** The axes counted from the front in ascending order, and the shape with them kept. */
const reducedAxes = (name: string, shape: Shape, axes: readonly number[]) => {
  const resolved = resolveAxes(name, shape, axes).sort((a, b) => a - b)
  return { resolved, kept: shape.map((dim, axis) => (resolved.includes(axis) ? 1 : dim)) }
}

const withDims = (x: AnyTensor, shape: Shape, keep: boolean): AnyTensor =>
  keep ? apply<AnyTensor>('reshape', [x], { shape }) : x

const reduction =
  <Name extends string, Group extends DTypeGroup>(
    name: Name,
    group: Group,
    primitive: Primitive,
  ): Reduction<Name, Group> =>
  (x, axes, options) => {
    const operand = x as AnyTensor
    checkDType(name, group, operand.dtype)
    const { resolved, kept } = reducedAxes(name, operand.shape, axes as Shape)
    const reduced = apply<AnyTensor>(primitive, [operand], { axes: resolved })
    return withDims(reduced, kept, options?.keepDims ?? false) as never
  }

/** A reduction of floats that needs the axes kept in between: `f` gets x, the axes and the number of elements. */
const composed =
  <Name extends string, Options = unknown>(
    name: Name,
    f: (x: Tensor<number[]>, axes: number[], count: number, options: Options | undefined) => Tensor<number[]>,
  ): Reduction<Name, 'f32', Options> =>
  (x, axes, options) => {
    const operand = x as AnyTensor
    checkDType(name, 'f32', operand.dtype)
    const { resolved, kept } = reducedAxes(name, operand.shape, axes as Shape)
    const count = resolved.reduce((product, axis) => product * operand.shape[axis]!, 1)
    const result = f(operand as Tensor<number[]>, resolved, count, options)
    const dropped = kept.filter((_, axis) => !resolved.includes(axis))
    const shape = options?.keepDims ? kept : dropped
    return (result.shape.length === shape.length
      ? result
      : apply<AnyTensor>('reshape', [result], { shape })) as AnyTensor as never
  }

/**
 * The sum over `axes`. Axes that do not exist or repeat do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * sum(x, [1]) // Tensor<[128, 784]> → Tensor<[128]>
 * sum(tensor([2, 2], [1, 2, 3, 4]), [-1], { keepDims: true }) // → [[3], [7]]
 * ```
 */
export const sum = reduction('sum', 'f32, i32 or u32', 'sum')

/**
 * The largest over `axes`; NaN if one is NaN, −∞ (or the least integer) over no elements. The gradient of a tie
 * is shared equally.
 *
 * ```ts
 * max(tensor([2, 2], [1, 2, 3, 4]), [0]) // → [3, 4]
 * ```
 */
export const max = reduction('max', 'f32, i32, u32 or u8', 'reduceMax')

/**
 * The smallest over `axes`; NaN if one is NaN, ∞ (or the greatest integer) over no elements. The gradient of a
 * tie is shared equally.
 *
 * ```ts
 * min(tensor([2, 2], [1, 2, 3, 4]), [0]) // → [1, 2]
 * ```
 */
export const min = reduction('min', 'f32, i32, u32 or u8', 'reduceMin')

/**
 * The arithmetic mean over `axes`; NaN over no elements.
 *
 * ```ts
 * mean(tensor([2, 2], [1, 2, 3, 4]), [0]) // → [2, 3]
 * ```
 */
export const mean = composed('mean', (x, axes, count) => div(sum(x, axes), count))

/** How `variance` divides: by the number of elements less `correction`, which is 0 unless given. */
export interface Correction {
  readonly correction?: number
}

/**
 * The mean squared distance from the mean over `axes`. With `correction: 1` the sum is divided by one less than
 * the number of elements (Bessel's correction).
 *
 * ```ts
 * variance(tensor([4], [1, 2, 3, 4]), [0]) // → 1.25
 * variance(tensor([4], [1, 2, 3, 4]), [0], { correction: 1 }) // → 1.667
 * ```
 */
export const variance = composed<'variance', Correction>('variance', (x, axes, count, options) => {
  const centred = sub(x, mean(x, axes, { keepDims: true }))
  return div(sum(square(centred), axes), count - (options?.correction ?? 0))
})

/** The largest over the axes, as a constant; 0 where it is infinite, so that subtracting it makes no NaN. */
export const shiftOf = (x: Tensor<number[]>, axes: readonly number[]): Tensor<number[]> => {
  const largest = stopGradient(max(x, axes, { keepDims: true }))
  return select(less(abs(largest), Number.POSITIVE_INFINITY), largest, 0)
}

/**
 * log Σ e^x over `axes`, without overflow; −∞ over no elements.
 *
 * ```ts
 * logSumExp(tensor([2], [100, 100]), [0]) // → 100.7
 * logSumExp(tensor([2, 2], [0, 0, -1e4, 0]), [1]) // → [0.6931, 0]
 * ```
 */
export const logSumExp = composed('logSumExp', (x, axes) => {
  const shift = shiftOf(x, axes)
  const total = sum(exp(sub(x, shift)), axes, { keepDims: true })
  return add(log(total), shift)
})
