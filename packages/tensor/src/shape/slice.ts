import type { Minus, Over, Plus } from './arithmetic.ts'
import { resolveAxes } from './axis.ts'
import { type Dim, type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Pair } from './guard.ts'
import type { RemainderNatural, SubtractNatural } from './natural.ts'
import type { DimAt } from './permute.ts'
import type { Show, ShowDim } from './show.ts'
import type { FindAxis, ReplaceAxis, Unknown } from './structure.ts'

/** True for a number type that counts: a whole number of 0 or more, or an unknown one. */
export type IsCount<N extends number> = `${N}` extends
  | `-${string}`
  | `${string}.${string}`
  | `${string}e-${string}`
  ? false
  : true

/** S with the elements From, From + Step, … below To along axis A, or a message. */
export type Slice<
  S extends Shape,
  A extends number,
  From extends number,
  To extends number,
  Step extends number,
> =
  FindAxis<S, A, 'slice'> extends infer Index
    ? Index extends string
      ? Index
      : unknown extends Index
        ? Unknown<S>
        : InRange<DimAt<S, Index>, From, To, Step> extends [infer Length extends number]
          ? ReplaceAxis<S, Index, Length>
          : `slice: ${ShowDim<From>} to ${ShowDim<To>} by ${ShowDim<Step>} is out of range for axis ${A} of ${Show<S>}`
    : never

/** `[length]` of a slice of an axis of size N; null when it is not known to lie inside. */
export type InRange<N extends number, From extends number, To extends number, Step extends number> =
  Pair<[From, To, Step], [0, N, 1]> extends Pair<[0, N, 1], [0, N, 1]>
    ? [N]
    : Step extends 0
      ? null
      : false extends IsCount<From> | IsCount<To> | IsCount<Step>
        ? null
        : [AtMost<To, N>] extends [true]
          ? SliceLength<From, To, Step>
          : null

/** Whether A ≤ B, or one of them is unknown. */
export type AtMost<A extends number, B extends number> = number extends A | B
  ? true
  : A extends Dim<string>
    ? false
    : B extends Dim<string>
      ? false
      : [SubtractNatural<B, A>] extends [never]
        ? false
        : true

export type SliceLength<From extends number, To extends number, Step extends number> = number extends
  | From
  | To
  | Step
  ? [number]
  : From extends Dim<string>
    ? null
    : To extends Dim<string>
      ? null
      : [SubtractNatural<To, From>] extends [never]
        ? null
        : [Over<Plus<Minus<To, From>, Minus<Step, 1>>, Step>]

/**
 * The run-time twin of `Slice`: the axis counted from the front. Throws its message as a `ShapeError`.
 *
 * ```ts
 * sliceAxis([128, 784], -1, 0, 10, 2) // → 1
 * ```
 */
export const sliceAxis = (shape: Shape, axis: number, from: number, to: number, step: number): number => {
  const [index] = resolveAxes('slice', shape, [axis]) as [number]
  const whole = Number.isInteger(from) && Number.isInteger(to) && Number.isInteger(step)
  if (!whole || from < 0 || from > to || to > shape[index]! || step < 1)
    throw new ShapeError(
      `slice: ${from} to ${to} by ${step} is out of range for axis ${axis} of ${showShape(shape)}`,
    )
  return index
}

/** S with its axis A divided by Parts, or a message. */
export type Split<S extends Shape, Parts extends number, A extends number> =
  FindAxis<S, A, 'split'> extends infer Index
    ? Index extends string
      ? Index
      : Parts extends 0
        ? NoParts<Parts>
        : IsCount<Parts> extends false
          ? NoParts<Parts>
          : unknown extends Index
            ? Unknown<S>
            : Part<DimAt<S, Index>, Parts> extends [infer Size extends number]
              ? ReplaceAxis<S, Index, Size>
              : `split: axis ${A} of ${Show<S>} is not divisible by ${ShowDim<Parts>}`
    : never

export type NoParts<Parts extends number> =
  `split: the number of parts must be a whole number above 0, got ${Parts}`

/** `[N / Parts]`; null when Parts is not known to divide N. */
export type Part<N extends number, Parts extends number> = Parts extends 1
  ? [N]
  : number extends N | Parts
    ? [number]
    : N extends Dim<string>
      ? null
      : Parts extends Dim<string>
        ? null
        : RemainderNatural<N, Parts> extends 0
          ? [Over<N, Parts>]
          : null

/** A tuple of N times T, or an array where N is unknown, no count, or has more than three digits. */
export type Repeat<T, N extends number> = number extends N
  ? T[]
  : `${N}` extends `${infer _}${infer _}${infer _}${infer _}${string}` | `-${string}` | `${string}.${string}`
    ? T[]
    : RepeatExactly<T, N>

export type RepeatExactly<T, N extends number, Out extends T[] = []> = Out['length'] extends N
  ? Out
  : RepeatExactly<T, N, [...Out, T]>

/**
 * The run-time twin of `Split`: the axis counted from the front. Throws its message as a `ShapeError`.
 *
 * ```ts
 * splitAxis([128, 784], 4, -1) // → 1
 * ```
 */
export const splitAxis = (shape: Shape, parts: number, axis: number): number => {
  const [index] = resolveAxes('split', shape, [axis]) as [number]
  if (!Number.isInteger(parts) || parts < 1)
    throw new ShapeError(`split: the number of parts must be a whole number above 0, got ${parts}`)
  if (shape[index]! % parts !== 0)
    throw new ShapeError(`split: axis ${axis} of ${showShape(shape)} is not divisible by ${parts}`)
  return index
}
