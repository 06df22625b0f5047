import type { Dim } from './dim.ts'
import type { Agrees, Pair, Refused } from './guard.ts'
import type { RemainderNatural } from './natural.ts'

/*
 * Tests on sizes that are decided inside generic code too. A condition on a type parameter is put off, and a guard
 * that is put off refuses right programs and shows its whole insides. So the condition becomes a word, and `Is` asks
 * whether the word is known.
 *
 * TypeScript decides a condition on parts of an interface at once when it is false even with a wildcard in place of each
 * type parameter. A wildcard equals everything, so every verdict tells it apart, by a word that equals no other. That
 * would hold in the declaration of the types below as well, where everything is a type parameter. They must wait for the
 * call: for the `Moment`, which is put off until a type that only the call knows is there, and `unknown` then.
 *
 * What a generic function lets pass is checked where its parameters become numbers: in the type of the layer or tensor
 * that it returns, and at run time.
 */

/** The moment of a call. */
export type Now = unknown

/** `Now` as soon as T is more than a type parameter. */
export type When<T> = [T] extends [unknown] ? Now : never

/** Whether a verdict is known to be `Word`; false, and not put off, for one that depends on a type parameter. */
export type Is<Moment, Verdict, Word> = unknown extends Moment
  ? Boxed<Verdict> extends Boxed<Word>
    ? true
    : false
  : false

/** Holds T. */
export interface Boxed<out T> {
  readonly value: T
}

/** What `Pair<X, 'wildcard'>` extends when X is the wildcard. */
export type Wildcard = Pair<'wildcard', 'wildcard'>

/**
 * `'known'` when `Pair<X, Y>` extends Expected, whose type parameters are those in Dims. A wildcard must tell itself
 * apart here too, but only it: B is known to equal B. A union with `unknown`, which the moment is, makes the difference:
 * it swallows the type parameter B, but not a wildcard.
 */
export type Knowledge<Moment, X, Y, Expected, Dims> =
  Pair<X, Y> extends Expected ? (Boxed<Dims | Moment> extends Boxed<string> ? 'wildcard' : 'known') : 'no'

/**
 * Whether `Pair<X, Y>` is known to extend Expected: false, and not put off, for `Pair<B, 784>` or `Pair<B, C>` with
 * type parameters B and C, and true for `Pair<B, B>`.
 */
export type Known<Moment, X, Y, Expected, Dims = X | Y> = Is<
  Moment,
  Knowledge<Moment, X, Y, Expected, Dims>,
  'known'
>

/** Whether two dimensions are known to be equal, or one of them is unknown (`number`). */
export type Same<Moment, X, Y> = Known<Moment, X, Y, Agrees<X, Y>>

/** The union of the sizes in a shape. */
export type DimsOf<S> = S[keyof S & number]

/** Whether two shapes are known to be the same, as far as their sizes are known. */
export type SameSizes<A, B, Moment> = A extends readonly [infer X, ...infer ARest]
  ? B extends readonly [infer Y, ...infer BRest]
    ? Same<Moment, X, Y> extends true
      ? SameSizes<ARest, BRest, Moment>
      : false
    : false
  : B extends readonly []
    ? true
    : Known<Moment, A, B, Pair<B, B>, DimsOf<A> | DimsOf<B>>

/** `'rest'` when B does not divide A, or is not known to because it is a name, or is no whole number above 0. */
export type Division<A extends number, B extends number> =
  Pair<A | B, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : number extends A | B
      ? 'unknown'
      : B extends 1
        ? 'whole'
        : A extends Dim<string>
          ? 'rest'
          : B extends Dim<string>
            ? 'rest'
            : Count<B> extends 'no'
              ? 'rest'
              : RemainderNatural<A, B> extends 0
                ? 'whole'
                : 'rest'

/** `'none'` for a size that is 0 or, by subtraction, less. */
export type Presence<N> =
  Pair<N, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : [N] extends [never]
      ? 'none'
      : N extends 0
        ? 'none'
        : 'some'

/** Whether one of at most three sizes is known to be 0 or less. */
export type SomeNone<Sizes> = { [K in keyof Sizes]: Presence<Sizes[K]> } extends
  | readonly ['none', ...unknown[]]
  | readonly [unknown, 'none', ...unknown[]]
  | readonly [unknown, unknown, 'none']
  ? true
  : false

/** `'no'` for a number that counts nothing: 0, a negative one or a fraction. */
export type Count<N> =
  Pair<N, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : number extends N
      ? 'unknown'
      : N extends number
        ? `${N}` extends
            | '0'
            | `-${string}`
            | `${string}.${string}`
            | `${string}e${string}`
            | 'NaN'
            | 'Infinity'
          ? 'no'
          : 'yes'
        : 'unknown'

/** The first number in `Named` (pairs of name and number) that counts nothing, as a message, or true. */
export type Counts<Moment, Operation extends string, Named> = Named extends readonly [
  readonly [infer Name extends string, infer N],
  ...infer Rest,
]
  ? N extends readonly number[]
    ? CountsAll<Moment, Operation, Name, N> extends infer Problem extends Refused<string>
      ? Problem
      : Counts<Moment, Operation, Rest>
    : N extends 1
      ? Counts<Moment, Operation, Rest>
      : Is<Moment, Count<N>, 'no'> extends true
        ? NoCount<Operation, Name, N>
        : Counts<Moment, Operation, Rest>
  : true

export type CountsAll<Moment, Operation extends string, Name extends string, List> = List extends readonly [
  infer N extends number,
  ...infer Rest,
]
  ? Is<Moment, Count<N>, 'no'> extends true
    ? NoCount<Operation, Name, N>
    : CountsAll<Moment, Operation, Name, Rest>
  : true

export type NoCount<
  Operation extends string,
  Name extends string,
  N,
> = Refused<`${Operation}: ${Name} must be a whole number above 0, got ${N & number}`>

/** `'no'` for a number that is no whole number, such as 1.5. */
export type Whole<N extends number> =
  Pair<N, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : number extends N
      ? 'unknown'
      : `${N}` extends `${string}.${string}` | `${string}e${string}` | 'NaN' | `${string}Infinity`
        ? 'no'
        : 'yes'

/** The first number in a padding, and in an output padding, that is no whole number, as a message, or true. */
export type WholePadding<Moment, Operation extends string, P, Name extends string = 'padding'> = P extends
  | string
  | 0
  | 1
  | 2
  | 3
  ? true
  : P extends readonly [infer First, ...infer Rest]
    ? WholePadding<Moment, Operation, First, Name> extends infer Problem extends Refused<string>
      ? Problem
      : WholePadding<Moment, Operation, Rest, Name>
    : P extends number
      ? Is<Moment, Whole<P>, 'no'> extends true
        ? NotWhole<Operation, Name, P>
        : Name extends 'padding'
          ? true
          : `${P}` extends `-${string}`
            ? NotWhole<Operation, Name, P>
            : true
      : true

export type NotWhole<Operation extends string, Name extends string, N extends number> = Name extends 'padding'
  ? Refused<`${Operation}: padding must be a whole number, got ${N}`>
  : Refused<`${Operation}: ${Name} must be a whole number of 0 or more, got ${N}`>

/** The run-time twin of `WholePadding`: its message, or null. */
export const paddingProblem = (
  operation: string,
  padding: unknown,
  outputPadding: number | readonly number[] = 0,
): string | null => {
  const flat = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.flatMap(flat) : [value])
  for (const count of flat(padding))
    if (typeof count === 'number' && !Number.isInteger(count))
      return `${operation}: padding must be a whole number, got ${count}`
  for (const count of flat(outputPadding))
    if (!Number.isInteger(count) || (count as number) < 0)
      return `${operation}: outputPadding must be a whole number of 0 or more, got ${count}`
  return null
}

/** The run-time twin of `Counts`: the message of the first that counts nothing, or null. */
export const countProblem = (
  operation: string,
  named: readonly (readonly [name: string, count: number | readonly number[]])[],
): string | null => {
  for (const [name, counts] of named)
    for (const count of typeof counts === 'number' ? [counts] : counts)
      if (!Number.isInteger(count) || count < 1)
        return `${operation}: ${name} must be a whole number above 0, got ${count}`
  return null
}
