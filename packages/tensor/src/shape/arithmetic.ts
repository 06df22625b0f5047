import type { Dim } from './dim.ts'
import type { Pair } from './guard.ts'
import type { AddNatural, DivideNatural, MultiplyNatural, SubtractNatural } from './natural.ts'
import type { Is, When, Wildcard } from './verdict.ts'

/*
 * Arithmetic on dimensions, in two stages. The first (Plus, Minus, Times, Over) drops + 0, − 0, · 1 and / 1,
 * so that a "same" size is the identity even for a type parameter. The second (Add, Subtract, Multiply, Divide)
 * has the test that a type parameter defers as its root conditional: TypeScript then keeps the alias, and
 * hovers read `Divide<H, 2>` instead of the expanded conditional.
 */

/** A dimension in a formula: its name or its number. */
export type NameOf<X> = X extends Dim<infer Name> ? Name : X extends number ? `${X}` : never

/** The formula `Name` in parentheses if it holds one of the operators. Without them `a*(b+c)` and `a*b+c` were one. */
export type Grouped<
  Name extends string,
  Operators extends string,
> = Name extends `${string}${Operators}${string}` ? `(${Name})` : Name

export type Add<A extends number, B extends number> = number extends A | B
  ? number
  : A extends Dim<infer Name>
    ? B extends 0
      ? A
      : Dim<`${Name}+${NameOf<B>}`>
    : B extends Dim<infer Name>
      ? A extends 0
        ? B
        : Dim<`${NameOf<A>}+${Name}`>
      : AddNatural<A, B>

export type Subtract<A extends number, B extends number> = number extends A | B
  ? number
  : A extends Dim<infer Name>
    ? Dim<`${Name}-${Grouped<NameOf<B>, '+' | '-'>}`>
    : B extends Dim<infer Name>
      ? Dim<`${NameOf<A>}-${Grouped<Name, '+' | '-'>}`>
      : SubtractNatural<A, B>

export type Multiply<A extends number, B extends number> = number extends A | B
  ? number
  : A extends 1
    ? B
    : 0 extends A | B
      ? 0
      : A extends Dim<infer Name>
        ? Dim<`${Grouped<Name, '+' | '-'>}*${Grouped<NameOf<B>, '+' | '-' | '/'>}`>
        : B extends Dim<infer Name>
          ? Dim<`${NameOf<A>}*${Grouped<Name, '+' | '-' | '/'>}`>
          : MultiplyNatural<A, B>

export type Divide<A extends number, B extends number> = number extends A | B
  ? number
  : A extends Dim<infer Name>
    ? Dim<`${Grouped<Name, '+' | '-'>}/${Grouped<NameOf<B>, '+' | '-' | '*' | '/'>}`>
    : B extends Dim<infer Name>
      ? Dim<`${NameOf<A>}/${Grouped<Name, '+' | '-' | '*' | '/'>}`>
      : DivideNatural<A, B>

export type Plus<A extends number, B extends number> = B extends 0 ? A : Add<A, B>
export type Minus<A extends number, B extends number> = B extends 0 ? A : Subtract<A, B>
export type Times<A extends number, B extends number> = B extends 1 ? A : Multiply<A, B>
export type Over<A extends number, B extends number> = B extends 1 ? A : Divide<A, B>

/** Number of elements of a shape. */
export type Product<S> = S extends readonly [infer X extends number, ...infer Rest]
  ? ProductFrom<X, Rest, When<S>>
  : S extends readonly []
    ? 1
    : number

/** `Out`, which may be 1, times the sizes in Rest. */
export type ProductFrom<Out extends number, Rest, Moment> = Rest extends readonly [
  infer X extends number,
  ...infer More,
]
  ? ProductFrom<Is<Moment, Oneness<Out>, 'one'> extends true ? X : Times<Out, X>, More, Moment>
  : Rest extends readonly []
    ? Out
    : number

export type Oneness<N> = Pair<N, 'wildcard'> extends Wildcard ? 'wildcard' : N extends 1 ? 'one' : 'another'
