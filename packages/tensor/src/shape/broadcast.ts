import type { DType } from '../dtype.ts'
import type { Of } from '../tensor.ts'
import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Guard, Pair, Refused, Result } from './guard.ts'
import type { Show, ShowDim } from './show.ts'
import type { Known, When } from './verdict.ts'

/** A itself when every dimension of A is 1 or that of S, so that A broadcasts to exactly S; else never. */
export type Fits<A, S, From = A> = A extends readonly [...infer ARest, infer X]
  ? S extends readonly [...infer SRest, infer Y]
    ? Pair<X, Y> extends Pair<Y, Y> | Pair<1, Y>
      ? Fits<ARest, SRest, From>
      : never
    : never
  : A extends readonly []
    ? From
    : never

/** What `Pair<A, B>` extends when the result has shape A, decided as a whole also for type parameters. */
export type ToLeft<A, B> = Pair<B, B> | Pair<A, []> | Pair<A, Fits<B, A>>

/** What `Pair<A, B>` extends when the result has shape B. */
export type ToRight<A, B> = Pair<[], B> | Pair<Fits<A, B>, B>

/** The shape of an elementwise operation on shapes A and B by the NumPy rules, or a message. */
export type Broadcast<A extends Shape, B extends Shape, Operation extends string, Moment> = number extends
  | A['length']
  | B['length']
  ? number[]
  : BroadcastFromRight<A, B, [], Operation, A, B, Moment>

/** `Guard` for a broadcast. It is decided for whole shapes that are type parameters, too. */
export type GuardBroadcast<A extends Shape, B extends Shape, Operation extends string, Parameter, Moment> =
  Known<Moment, A, B, ToLeft<A, B> | ToRight<A, B>, A[number] | B[number]> extends true
    ? Parameter
    : Guard<Broadcast<A, B, Operation, Moment>, Parameter>

/** The tensor that a broadcast of A and B gives. */
export type BroadcastResult<
  A extends Shape,
  B extends Shape,
  Operation extends string,
  D extends DType = 'f32',
  Moment = When<D>,
> =
  Known<Moment, A, B, ToLeft<A, B>, A[number] | B[number]> extends true
    ? Of<A, D>
    : Known<Moment, A, B, ToRight<A, B>, A[number] | B[number]> extends true
      ? Of<B, D>
      : Result<Broadcast<A, B, Operation, Moment>, D>

/** Walks both shapes from the right. `LeftShape` and `RightShape` are what the message shows. */
export type BroadcastFromRight<
  A,
  B,
  Out extends Shape,
  Operation extends string,
  LeftShape,
  RightShape,
  Moment,
> = A extends readonly [...infer ARest, infer X extends number]
  ? B extends readonly [...infer BRest, infer Y extends number]
    ? Known<Moment, X, Y, Pair<Y, Y> | Pair<X, 1>> extends true
      ? BroadcastFromRight<ARest, BRest, [X, ...Out], Operation, LeftShape, RightShape, Moment>
      : Known<Moment, X, Y, Pair<1, Y> | Pair<number, Y>> extends true
        ? BroadcastFromRight<ARest, BRest, [Y, ...Out], Operation, LeftShape, RightShape, Moment>
        : Known<Moment, X, Y, Pair<X, number>> extends true
          ? BroadcastFromRight<ARest, BRest, [X, ...Out], Operation, LeftShape, RightShape, Moment>
          : Refused<`${Operation}: shapes do not broadcast: ${Show<LeftShape>} and ${Show<RightShape>} (${ShowDim<X, Moment>} ≠ ${ShowDim<Y, Moment>})`>
    : [...A, ...Out]
  : B extends Shape
    ? [...B, ...Out]
    : never

/**
 * The run-time twin of `Broadcast`. Throws its message, with the shapes `shown`, as a `ShapeError`.
 *
 * ```ts
 * broadcastShapes('add', [128, 1], [16]) // → [128, 16]
 * ```
 */
export const broadcastShapes = (
  operation: string,
  left: Shape,
  right: Shape,
  shown: readonly [Shape, Shape] = [left, right],
): number[] => {
  const rank = Math.max(left.length, right.length)
  const out = new Array<number>(rank)
  for (let fromRight = 1; fromRight <= rank; fromRight++) {
    const x = left[left.length - fromRight] ?? 1
    const y = right[right.length - fromRight] ?? 1
    if (x !== y && x !== 1 && y !== 1)
      throw new ShapeError(
        `${operation}: shapes do not broadcast: ${showShape(shown[0])} and ${showShape(shown[1])} (${x} ≠ ${y})`,
      )
    out[rank - fromRight] = x === 1 ? y : x
  }
  return out
}
