import type { Product, Times } from './arithmetic.ts'
import { type Dim, type Shape, showShape, sizeOf } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Pair, Refused } from './guard.ts'
import type { DivideNatural, RemainderNatural } from './natural.ts'
import type { Show, ShowDim } from './show.ts'
import type { Known, Same, When } from './verdict.ts'

/**
 * The shape that results from giving a tensor of shape A the shape S (with at most one −1), or a message.
 * Equal dimensions are cancelled from both ends first, so named and generic ones carry through; what
 * remains is compared by its number of elements.
 */
export type Reshape<A extends Shape, S extends Shape> = number extends A['length'] | S['length']
  ? { -readonly [K in keyof S]: S[K] extends -1 ? number : S[K] }
  : CancelLeft<A, S, [], A, S>

export type CancelLeft<A extends Shape, S extends Shape, Left extends Shape, From, To> = S extends readonly [
  infer s extends number,
  ...infer SRest extends Shape,
]
  ? A extends readonly [infer a, ...infer ARest extends Shape]
    ? Known<When<To>, a, s, Pair<s, s>> extends true
      ? CancelLeft<ARest, SRest, [...Left, s], From, To>
      : CancelRight<A, S, Left, [], From, To>
    : CancelRight<A, S, Left, [], From, To>
  : CancelRight<A, S, Left, [], From, To>

export type CancelRight<
  A extends Shape,
  S extends Shape,
  Left extends Shape,
  Right extends Shape,
  From,
  To,
> = S extends readonly [...infer SRest extends Shape, infer s extends number]
  ? A extends readonly [...infer ARest extends Shape, infer a]
    ? Known<When<To>, a, s, Pair<s, s>> extends true
      ? CancelRight<ARest, SRest, Left, [s, ...Right], From, To>
      : CheckTarget<A, S, Left, Right, From, To>
    : CheckTarget<A, S, Left, Right, From, To>
  : CheckTarget<A, S, Left, Right, From, To>

/** True when S holds a second −1, or a number that is no size. */
export type Unfit<S extends Shape, Seen extends boolean = false> = S extends readonly [
  infer s extends number,
  ...infer Rest extends Shape,
]
  ? s extends -1
    ? Seen extends true
      ? true
      : Unfit<Rest, true>
    : `${s}` extends `-${string}` | `${string}.${string}`
      ? true
      : Unfit<Rest, Seen>
  : false

/** What remains of S after cancelling must be sizes, and at most one −1. */
export type CheckTarget<A extends Shape, S extends Shape, Left extends Shape, Right extends Shape, From, To> =
  Unfit<S> extends true
    ? Refused<`reshape: ${Show<To>} must hold whole numbers of 0 or more, and at most one -1`>
    : FindInferred<A, S, Left, Right, From, To>

/** Looks for the −1 in S. */
export type FindInferred<
  A extends Shape,
  S extends Shape,
  Left extends Shape,
  Right extends Shape,
  From,
  To,
  Before extends Shape = [],
  Rest extends Shape = S,
> = Rest extends readonly [infer s extends number, ...infer After extends Shape]
  ? s extends -1
    ? Inferred<A, [...Before, ...After], [...Left, ...Before], [...After, ...Right], From, To>
    : FindInferred<A, S, Left, Right, From, To, [...Before, s], After>
  : SameSize<Product<A>, Product<S>, [...Left, ...S, ...Right], From, To>

/** Out when X and Y, what is left of both shapes, agree; or when a 0 that was cancelled leaves neither an element. */
export type SameSize<X extends number, Y extends number, Out, From, To> =
  Same<When<To>, X, Y> extends true ? Out : SameProduct<Product<From>, Product<To>, Out, From, To>

export type SameProduct<X extends number, Y extends number, Out, From, To> =
  Same<When<To>, X, Y> extends true
    ? Out
    : Refused<`reshape: ${Show<From>} (${ShowDim<X, When<To>>} elements) cannot become ${Show<To>} (${ShowDim<Y, When<To>>} elements)`>

/** The −1: what is left of A over what is left of S, or a message. */
export type Inferred<A extends Shape, S extends Shape, Before extends Shape, After extends Shape, From, To> =
  Quotient<A, Product<A>, Product<S>> extends [infer X extends number]
    ? [...Before, X, ...After]
    : Refused<`reshape: ${Show<From>} cannot become ${Show<To>}: ${ShowDim<Product<A>, When<To>>} is not divisible by ${ShowDim<Product<S>, When<To>>}`>

/** `[X / Y]`, where X is the product of A; null when Y is not known to divide it. */
export type Quotient<A extends Shape, X extends number, Y extends number> = Y extends 1
  ? [X]
  : Y extends 0
    ? null
    : number extends X | Y
      ? [number]
      : Y extends Dim<string>
        ? null
        : Quotients<Literals<A>, Y> extends [infer Q extends number]
          ? [Product<[...Names<A>, Q]>]
          : null

/** `[X / Y]`, or null where a rest remains. */
export type Quotients<X extends number, Y extends number> =
  RemainderNatural<X, Y> extends 0 ? [DivideNatural<X, Y>] : null

/** The product of the sizes in S that are literals. */
export type Literals<S extends Shape, Out extends number = 1> = S extends readonly [
  infer X extends number,
  ...infer Rest extends Shape,
]
  ? Literals<Rest, X extends Dim<string> ? Out : Times<Out, X>>
  : Out

/** The sizes in S that have names. */
export type Names<S extends Shape, Out extends Shape = []> = S extends readonly [
  infer X extends number,
  ...infer Rest extends Shape,
]
  ? Names<Rest, X extends Dim<string> ? [...Out, X] : Out>
  : Out

/**
 * The run-time twin of `Reshape`: the shape with its −1 resolved. Throws its message as a `ShapeError`.
 *
 * ```ts
 * reshapeShape([128, 784], [-1, 28, 28]) // → [128, 28, 28]
 * ```
 */
export const reshapeShape = (from: Shape, to: Shape): number[] => {
  const isSize = (dim: number): boolean => Number.isInteger(dim) && dim >= 0
  if (to.some((dim, axis) => !isSize(dim) && (dim !== -1 || to.indexOf(-1) !== axis)))
    throw new ShapeError(`reshape: ${showShape(to)} must hold whole numbers of 0 or more, and at most one -1`)
  const inferred = to.indexOf(-1)
  const size = sizeOf(from)
  if (inferred < 0) {
    if (sizeOf(to) !== size)
      throw new ShapeError(
        `reshape: ${showShape(from)} (${size} elements) cannot become ${showShape(to)} (${sizeOf(to)} elements)`,
      )
    return [...to]
  }
  // Equal dimensions at both ends are cancelled as in the type, so that the numbers in the message agree.
  const { from: open, to: target } = cancelEnds(from, to)
  const elements = sizeOf(open)
  const rest = target.reduce((product, dim) => (dim === -1 ? product : product * dim), 1)
  if (rest === 0 || elements % rest !== 0)
    throw new ShapeError(
      `reshape: ${showShape(from)} cannot become ${showShape(to)}: ${elements} is not divisible by ${rest}`,
    )
  return to.map((dim, axis) => (axis === inferred ? elements / rest : dim))
}

const cancelEnds = (from: Shape, to: Shape): { from: Shape; to: Shape } => {
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start++
  let fromEnd = from.length
  let toEnd = to.length
  while (fromEnd > start && toEnd > start && from[fromEnd - 1] === to[toEnd - 1]) {
    fromEnd--
    toEnd--
  }
  return { from: from.slice(start, fromEnd), to: to.slice(start, toEnd) }
}
