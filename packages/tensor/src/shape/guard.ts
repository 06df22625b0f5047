import type { DType } from '../dtype.ts'
import type { Of } from '../tensor.ts'
import type { Shape } from './dim.ts'

/**
 * An opaque, invariant pair. `Pair<X, Y> extends Pair<Y, Y>` asks whether two dimensions are equal in a way
 * that TypeScript decides inside generic code too: `B` equals `B`, while `B` against `784` stays undecided
 * (`Known` tells them apart). The member is a method, since with properties the compiler would relate unions of pairs
 * member by member and accept too much.
 */
export interface Pair<in out X, in out Y> {
  relate(x: X, y: Y): [X, Y]
}

/** What `Pair<X, Y>` extends when X and Y are equal, or one of them is unknown (`number`). */
export type Agrees<X, Y> = Pair<Y, Y> | Pair<number, Y> | Pair<X, number>

/**
 * What a computation of shapes gives instead of a shape when the shapes do not fit: the message, as a member, so that the
 * compiler knows it from a shape also where it names a type parameter.
 */
export interface Refused<out Message extends string> {
  readonly message: Message
}

/** `Problem` when that is a refusal, else `Next`. */
export type Unless<Problem, Next> = Problem extends Refused<string> ? Problem : Next

/**
 * The type of a parameter that `Computed` guards: `Parameter`, or, where `Computed` is a refusal, its message, so that it
 * stands on the first line that the compiler prints.
 */
export type Guard<Computed, Parameter> = Computed extends Refused<infer Message> ? Message : Parameter

/** The tensor whose shape was computed; a tensor of unknown shape where the computation gave a refusal. */
export type Result<Computed, D extends DType = 'f32'> = Computed extends infer S extends Shape
  ? Of<S, D>
  : Of<number[], D>
