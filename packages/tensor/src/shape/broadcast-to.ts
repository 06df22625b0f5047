import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Agrees, Guard, Pair, Refused, Unless } from './guard.ts'
import type { Show, ShowDim } from './show.ts'
import type { Is, Known, When, Wildcard } from './verdict.ts'

/** What `Pair<A, S>` extends when A broadcasts to S, decided as a whole also for type parameters. */
export type ToTarget<S> = Pair<S, S> | Pair<[], S>

/** The shape S when a tensor of shape A broadcasts to exactly S by the NumPy rules, or a message. */
export type BroadcastTo<A extends Shape, S extends Shape, Operation extends string, Moment> =
  Known<Moment, A, S, ToTarget<S>, A[number] | S[number]> extends true
    ? S
    : number extends A['length'] | S['length']
      ? S
      : Unless<FitFromRight<A, S, Operation, A, S, Moment>, S>

/** Walks both shapes from the right; true, or a message with the shapes `From` and `To`. */
export type FitFromRight<A, S, Operation extends string, From, To, Moment> = A extends readonly [
  ...infer ARest,
  infer X extends number,
]
  ? S extends readonly [...infer SRest, infer Y extends number]
    ? Known<Moment, X, Y, Pair<1, Y> | Agrees<X, Y>> extends true
      ? FitFromRight<ARest, SRest, Operation, From, To, Moment>
      : Refused<`${Operation}: ${Show<From>} does not broadcast to ${Show<To>} (${ShowDim<X, Moment>} ≠ ${ShowDim<Y, Moment>})`>
    : Refused<`${Operation}: ${Show<From>} does not broadcast to ${Show<To>} (rank ${Length<From>} > ${Length<To>})`>
  : true

export type Length<S> = S extends Shape ? S['length'] : never

/** `Guard` for a broadcast to a given shape: like `BroadcastTo`, it is decided for type parameters too. */
export type GuardBroadcastTo<A extends Shape, S extends Shape, Operation extends string, Parameter, Moment> =
  Known<Moment, A, S, ToTarget<S>, A[number] | S[number]> extends true
    ? Parameter
    : Guard<BroadcastTo<A, S, Operation, Moment>, Parameter>

/** `'no'` for a number that is no size: a negative one or a fraction. */
export type SizeVerdict<N> =
  Pair<N, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : `${N & number}` extends `-${string}` | `${string}.${string}`
      ? 'no'
      : 'yes'

/** Whether one of the numbers in S is known to be no size. */
export type SomeNoSize<Moment, S> = S extends readonly [infer N, ...infer Rest]
  ? Is<Moment, SizeVerdict<N>, 'no'> extends true
    ? true
    : SomeNoSize<Moment, Rest>
  : false

/** `Parameter`, or a message where S holds a number that is no size. */
export type GuardSizes<S extends Shape, Operation extends string, Parameter> =
  SomeNoSize<When<S>, S> extends true
    ? `${Operation}: ${Show<S>} must hold whole numbers of 0 or more`
    : Parameter

/** The run-time twin of `GuardSizes`. Throws its message as a `ShapeError`. */
export const checkSizes = (operation: string, shape: Shape): void => {
  if (shape.some((size) => !Number.isInteger(size) || size < 0))
    throw new ShapeError(`${operation}: ${showShape(shape)} must hold whole numbers of 0 or more`)
}

/** The run-time twin of `BroadcastTo`. Throws its message as a `ShapeError`. */
export const checkBroadcastTo = (operation: string, from: Shape, to: Shape): void => {
  const refuse = (reason: string): never => {
    throw new ShapeError(
      `${operation}: ${showShape(from)} does not broadcast to ${showShape(to)} (${reason})`,
    )
  }
  for (let fromRight = 1; fromRight <= from.length; fromRight++) {
    const x = from[from.length - fromRight]!
    const y = to[to.length - fromRight]
    if (y === undefined) refuse(`rank ${from.length} > ${to.length}`)
    if (x !== y && x !== 1) refuse(`${x} ≠ ${y}`)
  }
}
