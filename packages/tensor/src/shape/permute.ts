import { type Axis, type AxisProblem, type AxisUnion, resolveAxes } from './axis.ts'
import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Refused, Unless } from './guard.ts'
import type { Show } from './show.ts'

/** The size of S on the axis `Index`, which counts from the front; inferred, so that a name stays a name in hovers. */
export type DimAt<S, Index> = S extends { readonly [Axis in Index & number]: infer X extends number }
  ? X
  : never

/** The shape of S with its axes in the order `List`, or a message. */
export type Permute<S extends Shape, List extends Shape> = number extends
  | S['length']
  | List['length']
  | List[number]
  ? number[]
  : List['length'] extends S['length']
    ? AxisUnion<S, List> extends infer Axes
      ? Unless<AxisProblem<Axes, S, List, 'permute'>, Permuted<S, List>>
      : never
    : Refused<`permute: ${Show<List>} must list all ${S['length']} axes of ${Show<S>}`>

/** The sizes of S on the axes `List`. */
export type Permuted<S extends Shape, List extends Shape> = {
  -readonly [K in keyof List]: DimAt<S, Axis<S, List[K] & number>>
}

/**
 * The run-time twin of `Permute`: the axes counted from the front. Throws its message as a `ShapeError`.
 *
 * ```ts
 * permutation([8, 28, 28], [0, -1, 1]) // → [0, 2, 1]
 * ```
 */
export const permutation = (shape: Shape, axes: readonly number[]): number[] => {
  if (axes.length !== shape.length)
    throw new ShapeError(
      `permute: ${showShape(axes)} must list all ${shape.length} axes of ${showShape(shape)}`,
    )
  return resolveAxes('permute', shape, axes)
}

/** S with its last two axes exchanged, or a message. */
export type Transpose<S extends Shape> = number extends S['length']
  ? number[]
  : S extends readonly [...infer Batch extends Shape, infer M extends number, infer N extends number]
    ? [...Batch, N, M]
    : Refused<`transpose: ${Show<S>} must have rank 2 or more`>

/**
 * The run-time twin of `Transpose`: the axes in their new order. Throws its message as a `ShapeError`.
 *
 * ```ts
 * transposition([8, 128, 784]) // → [0, 2, 1]
 * ```
 */
export const transposition = (shape: Shape): number[] => {
  if (shape.length < 2) throw new ShapeError(`transpose: ${showShape(shape)} must have rank 2 or more`)
  const axes = shape.map((_, axis) => axis)
  return [...axes.slice(0, -2), axes.length - 1, axes.length - 2]
}
