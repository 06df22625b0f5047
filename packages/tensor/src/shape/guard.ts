import type { DType } from '../dtype.ts'
import type { Of } from '../tensor.ts'
import type { Shape } from './dim.ts'

/**
 * An opaque, invariant pair. `Pair<X, Y> extends Pair<Y, Y>` asks whether two dimensions are equal in a way
 * that TypeScript decides inside generic code too: `B` equals `B`, while `B` against `784` stays undecided
 * and is refused. The member is a method, since with properties the compiler would relate unions of pairs
 * member by member and accept too much.
 */
export interface Pair<in out X, in out Y> {
  relate(x: X, y: Y): [X, Y]
}

/** What `Pair<X, Y>` extends when X and Y are equal, or one of them is unknown (`number`). */
export type Agrees<X, Y> = Pair<Y, Y> | Pair<number, Y> | Pair<X, number>

/**
 * Holds T. The compiler decides tests on an interface though T depends on type parameters, which it would put off for T
 * itself: a message that names a type parameter is known to be a message. T has to be the parameter of a type alias, and
 * not a type that is computed in place.
 */
export interface Boxed<out T> {
  readonly value: T
}

/**
 * The type of a parameter that `Computed` guards: `Parameter`, or, where `Computed` is a message, the message
 * itself, so that it stands on the first line that the compiler prints. It is inferred anew, so that no argument is taken
 * for it.
 */
export type Guard<Computed, Parameter> =
  Boxed<Computed> extends Boxed<infer Message extends string> ? Message : Parameter

/** The tensor whose shape was computed; a tensor of unknown shape where the computation gave a message. */
export type Result<Computed, D extends DType = 'f32'> = Computed extends infer S extends Shape
  ? Of<S, D>
  : Of<number[], D>
