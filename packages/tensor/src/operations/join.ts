import type { DType } from '../dtype.ts'
import { resolveAxes } from '../shape/axis.ts'
import type { Shape } from '../shape/dim.ts'
import type { Guard, Result, Unless } from '../shape/guard.ts'
import { type Repeat, type Slice, type Split, sliceAxis, splitAxis } from '../shape/slice.ts'
import {
  type Concat,
  checkJoin,
  checkOneDType,
  type DTypeOfAll,
  newAxis,
  type OneDType,
  type ShapesOf,
  type Stack,
} from '../shape/structure.ts'
import type { AnyTensor, TensorOf } from '../tensor.ts'
import { apply } from './apply.ts'

/** `Guard` for a list of tensors, which share a dtype. */
export type GuardTensors<T extends readonly AnyTensor[], Computed, Operation extends string> = Guard<
  Unless<OneDType<T, Operation>, Computed>,
  readonly [...T]
>

/**
 * Tensors joined along an existing axis; the other axes are the same.
 *
 * ```ts
 * concat([tensor([1, 2], [1, 2]), tensor([2, 2], [3, 4, 5, 6])], 0) // → [[1, 2], [3, 4], [5, 6]]
 * concat([zeros([8, 3]), zeros([8, 5])], -1) // Tensor<[8, 8]>
 * ```
 *
 * ```ts
 * concat([zeros([8, 3, 4]), zeros([8, 3, 5])], 1)
 * // error: concat: shapes [8, 3, 4] and [8, 3, 5] differ outside axis 1 (4 ≠ 5)
 * ```
 */
export const concat = <const T extends readonly AnyTensor[], A extends number>(
  tensors: GuardTensors<T, Concat<ShapesOf<T>, A>, 'concat'>,
  axis: A,
): Result<Concat<ShapesOf<T>, A>, DTypeOfAll<T>> => {
  const operands = tensors as readonly AnyTensor[]
  checkOneDType('concat', operands)
  const [first, ...rest] = operands as readonly [AnyTensor, ...AnyTensor[]]
  const [index] = resolveAxes('concat', first.shape, [axis]) as [number]
  for (const { shape } of rest) checkJoin('concat', first.shape, shape, index, ` outside axis ${axis}`)
  return apply('concat', operands, { axis: index })
}

/**
 * Tensors of one shape side by side along a new axis, which is axis `axis` of the result.
 *
 * ```ts
 * stack([tensor([2], [1, 2]), tensor([2], [3, 4])], 0) // → [[1, 2], [3, 4]]
 * stack([zeros([8, 3]), zeros([8, 3])], -1) // Tensor<[8, 3, 2]>
 * ```
 */
export const stack = <const T extends readonly AnyTensor[], A extends number>(
  tensors: GuardTensors<T, Stack<ShapesOf<T>, A>, 'stack'>,
  axis: A,
): Result<Stack<ShapesOf<T>, A>, DTypeOfAll<T>> => {
  const operands = tensors as readonly AnyTensor[]
  checkOneDType('stack', operands)
  const [first, ...rest] = operands as readonly [AnyTensor, ...AnyTensor[]]
  for (const { shape } of rest) checkJoin('stack', first.shape, shape, -1, '')
  const index = newAxis('stack', first.shape, axis)
  const shape = [...first.shape.slice(0, index), 1, ...first.shape.slice(index)]
  return apply(
    'concat',
    operands.map((x) => apply<AnyTensor>('reshape', [x], { shape })),
    { axis: index },
  )
}

const sliceAlong = (x: AnyTensor, axis: number, from: number, to: number, step: number): AnyTensor => {
  const along = (chosen: number, others: (size: number) => number): number[] =>
    x.shape.map((size, index) => (index === axis ? chosen : others(size)))
  return apply('slice', [x], {
    start: along(from, () => 0),
    limit: along(to, (size) => size),
    stride: along(step, () => 1),
  })
}

/**
 * The elements `from`, `from` + `step`, … below `to` along one axis; the step is 1 unless given. The other axes
 * stay as they are.
 *
 * ```ts
 * slice(tensor([5], [0, 10, 20, 30, 40]), 0, 1, 5, 2) // → [10, 30]
 * slice(zeros([128, 784]), 1, 0, 10) // Tensor<[128, 10]>
 * ```
 *
 * A range outside of x does not compile; one that only the run knows throws a `ShapeError`.
 *
 * ```ts
 * slice(x, 1, 700, 800)
 * // error: slice: 700 to 800 by 1 is out of range for axis 1 of [128, 784]
 * ```
 */
export const slice = <
  S extends Shape,
  D extends DType,
  A extends number,
  From extends number,
  To extends number,
  Step extends number = 1,
>(
  x: TensorOf<S, D>,
  axis: A,
  from: From,
  to: Guard<Slice<S, A, From, To, Step>, To>,
  step: Step = 1 as Step,
): Result<Slice<S, A, From, To, Step>, D> => {
  const index = sliceAxis(x.shape, axis, from, to as number, step)
  return sliceAlong(x, index, from, to as number, step) as Result<Slice<S, A, From, To, Step>, D>
}

/** x in `parts` equal parts along an axis. */
export const splitTensor = <S extends Shape, D extends DType, Parts extends number, A extends number>(
  x: TensorOf<S, D>,
  parts: Parts,
  axis: A,
): Repeat<Result<Split<S, Parts, A>, D>, Parts> => {
  const index = splitAxis(x.shape, parts, axis)
  const size = x.shape[index]! / parts
  return Array.from({ length: parts }, (_, part) =>
    sliceAlong(x, index, part * size, (part + 1) * size, 1),
  ) as AnyTensor[] as Repeat<Result<Split<S, Parts, A>, D>, Parts>
}
