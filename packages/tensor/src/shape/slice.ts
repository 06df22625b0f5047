import type { Minus, Over, Plus } from './arithmetic.ts'
import { resolveAxes } from './axis.ts'
import type { SomeNoSize } from './broadcast-to.ts'
import { type Dim, type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Pair, Refused, Unless } from './guard.ts'
import type { SubtractNatural } from './natural.ts'
import type { DimAt } from './permute.ts'
import type { Show, ShowDim } from './show.ts'
import type { FindAxis, ReplaceAxis, Unknown } from './structure.ts'
import type { Count, Division, Is, Known, When, Wildcard } from './verdict.ts'

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
> = Unless<FindAxis<S, A, 'slice'>, SliceAt<FindAxis<S, A, 'slice'>, S, A, From, To, Step>>

/** `Slice` along an axis whose place is `Index`. */
export type SliceAt<
  Index,
  S extends Shape,
  A extends number,
  From extends number,
  To extends number,
  Step extends number,
> = unknown extends Index
  ? Unknown<S>
  : InRange<When<S>, DimAt<S, Index>, From, To, Step> extends [infer Length extends number]
    ? ReplaceAxis<S, Index, Length>
    : Refused<`slice: ${ShowDim<From, When<S>>} to ${ShowDim<To, When<S>>} by ${ShowDim<Step, When<S>>} is out of range for axis ${A} of ${Show<S>}`>

/** `[length]` of a slice of an axis of size N; null when it is not known to lie inside. */
export type InRange<Moment, N extends number, From extends number, To extends number, Step extends number> =
  Known<Moment, [From, To, Step], [0, N, 1], Pair<[0, N, 1], [0, N, 1]>, N | From | To | Step> extends true
    ? [N]
    : Is<Moment, Count<Step>, 'no'> extends true
      ? null
      : SomeNoSize<Moment, [From, To]> extends true
        ? null
        : AtMost<Moment, To, N> extends true
          ? AtMost<Moment, From, To> extends true
            ? [SliceLength<From, To, Step>]
            : null
          : null

/** `'atMost'` for A ≤ B, also where one of them is unknown; names are of no order. */
export type Ordering<A extends number, B extends number> =
  Pair<A | B, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : number extends A | B
      ? 'atMost'
      : A extends Dim<string>
        ? 'none'
        : B extends Dim<string>
          ? 'none'
          : [SubtractNatural<B, A>] extends [never]
            ? 'above'
            : 'atMost'

/** Whether A ≤ B is known, or one of them is unknown. */
export type AtMost<Moment, A extends number, B extends number> = Is<Moment, Ordering<A, B>, 'atMost'>

/** The number of elements From, From + Step, … below To. */
export type SliceLength<From extends number, To extends number, Step extends number> = number extends
  | From
  | To
  | Step
  ? number
  : Over<Plus<Minus<To, From>, Minus<Step, 1>>, Step>

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
export type Split<S extends Shape, Parts extends number, A extends number> = Unless<
  FindAxis<S, A, 'split'>,
  SplitAt<FindAxis<S, A, 'split'>, S, Parts, A>
>

/** `Split` along an axis whose place is `Index`. */
export type SplitAt<Index, S extends Shape, Parts extends number, A extends number> =
  Is<When<S>, Count<Parts>, 'no'> extends true
    ? NoParts<Parts>
    : unknown extends Index
      ? Unknown<S>
      : Part<When<S>, DimAt<S, Index>, Parts> extends [infer Size extends number]
        ? ReplaceAxis<S, Index, Size>
        : Refused<`split: axis ${A} of ${Show<S>} is not divisible by ${ShowDim<Parts, When<S>>}`>

export type NoParts<Parts extends number> =
  Refused<`split: the number of parts must be a whole number above 0, got ${Parts}`>

/** `[N / Parts]`; null when Parts is not known to divide N. */
export type Part<Moment, N extends number, Parts extends number> =
  Is<Moment, Division<N, Parts>, 'whole'> extends true
    ? [Over<N, Parts>]
    : Is<Moment, Division<N, Parts>, 'unknown'> extends true
      ? [number]
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
