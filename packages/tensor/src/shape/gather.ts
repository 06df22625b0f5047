import { resolveAxes } from './axis.ts'
import { type Shape, sameShape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Refused, Unless } from './guard.ts'
import type { Show } from './show.ts'
import { checkJoin, type FindAxis, type JoinAll, type OutsideAxis, type Unknown } from './structure.ts'
import type { SameSizes, When } from './verdict.ts'

/** S with the axes of I in place of the axis `Index`. */
export type ReplaceByAxes<
  S extends Shape,
  Index,
  I extends Shape,
  Before extends Shape = [],
> = S extends readonly [infer First extends number, ...infer Rest extends Shape]
  ? Before['length'] extends Index
    ? [...Before, ...I, ...Rest]
    : ReplaceByAxes<Rest, Index, I, [...Before, First]>
  : never

/** The shape of what is read from S at indices of shape I along axis A, or a message. */
export type Gather<S extends Shape, I extends Shape, A extends number, Operation extends string> = Unless<
  FindAxis<S, A, Operation>,
  GatherAt<FindAxis<S, A, Operation>, S, I>
>

/** `Gather` along an axis whose place is `Index`. */
export type GatherAt<Index, S extends Shape, I extends Shape> = unknown extends Index
  ? number[]
  : ReplaceByAxes<S, Index, I>

/**
 * The run-time twin of `Gather`. Throws its message as a `ShapeError`.
 *
 * ```ts
 * gatherShape('gather', [1000, 64], [8, 10], 0) // → [8, 10, 64]
 * ```
 */
export const gatherShape = (operation: string, shape: Shape, indices: Shape, axis: number): number[] => {
  const [index] = resolveAxes(operation, shape, [axis]) as [number]
  return [...shape.slice(0, index), ...indices, ...shape.slice(index + 1)]
}

/** True when updates of shape U are what is read from S at indices of shape I, or a message. */
export type ScatterAdd<S extends Shape, I extends Shape, U extends Shape, A extends number> = Unless<
  FindAxis<S, A, 'scatterAdd'>,
  FitUpdates<GatherAt<FindAxis<S, A, 'scatterAdd'>, S, I>, U, When<A>>
>

/** True for updates of the expected shape, or a message. */
export type FitUpdates<Expected extends Shape, U extends Shape, Moment> = number extends
  | Expected['length']
  | U['length']
  ? true
  : SameSizes<U, Expected, Moment> extends true
    ? true
    : Refused<`scatterAdd: updates must be ${Show<Expected>}, they are ${Show<U>}`>

/**
 * The run-time twin of `ScatterAdd`: the axis counted from the front. Throws its message as a `ShapeError`.
 *
 * ```ts
 * scatterAxis([1000, 64], [8], [8, 64], 0) // → 0
 * ```
 */
export const scatterAxis = (shape: Shape, indices: Shape, updates: Shape, axis: number): number => {
  const expected = gatherShape('scatterAdd', shape, indices, axis)
  if (!sameShape(expected, updates))
    throw new ShapeError(`scatterAdd: updates must be ${showShape(expected)}, they are ${showShape(updates)}`)
  return resolveAxes('scatterAdd', shape, [axis])[0]!
}

/** The shape I when it is that of S outside of axis A, or a message. */
export type TakeAlong<S extends Shape, I extends Shape, A extends number> = Unless<
  FindAxis<S, A, 'takeAlong'>,
  TakeAlongAt<FindAxis<S, A, 'takeAlong'>, S, I, A>
>

/** `TakeAlong` along an axis whose place is `Index`. */
export type TakeAlongAt<Index, S extends Shape, I extends Shape, A extends number> = unknown extends Index
  ? Unknown<I>
  : number extends I['length']
    ? number[]
    : Unless<JoinAll<S, [I], Index, 'takeAlong', OutsideAxis<A>, S>, I>

/**
 * The run-time twin of `TakeAlong`: the axis counted from the front. Throws its message as a `ShapeError`.
 *
 * ```ts
 * alongAxis([8, 10], [8, 3], -1) // → 1
 * ```
 */
export const alongAxis = (shape: Shape, indices: Shape, axis: number): number => {
  const [index] = resolveAxes('takeAlong', shape, [axis]) as [number]
  checkJoin('takeAlong', shape, indices, index, ` outside axis ${axis}`)
  return index
}

/**
 * The run-time twin of `GuardDepth`: the depth. Throws its message as a `ShapeError`.
 *
 * ```ts
 * checkDepth(10) // → 10
 * ```
 */
export const checkDepth = (depth: number): number => {
  if (!Number.isInteger(depth) || depth < 0)
    throw new ShapeError(`oneHot: the depth must be a whole number of 0 or more, got ${depth}`)
  return depth
}
