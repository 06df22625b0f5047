import type { Dim } from './dim.ts'
import type { Pair } from './guard.ts'
import type { Is, When, Wildcard } from './verdict.ts'

/** What a dimension is to messages. */
export type DimKind<X> =
  Pair<X, 'wildcard'> extends Wildcard
    ? 'wildcard'
    : X extends Dim<string>
      ? 'named'
      : number extends X
        ? 'unknown'
        : 'number'

/** The name in a dimension. */
export type DimName<X> = X extends Dim<infer Name> ? Name : never

/**
 * A dimension as messages print it: its name, `?` when unknown, else its number. A type parameter B prints as `${B}`,
 * the way a template literal holds it; for the moment see `Is`.
 */
export type ShowDim<X extends number, Moment> =
  Is<Moment, DimKind<X>, 'named'> extends true
    ? DimName<X>
    : Is<Moment, DimKind<X>, 'unknown'> extends true
      ? '?'
      : `${X}`

/** Dimensions as messages print them, with commas between. */
export type ShowDims<S, Moment> = S extends readonly [infer X, ...infer Rest]
  ? `${ShowDim<X & number, Moment>}${ShowMore<Rest, Moment>}`
  : ''

export type ShowMore<S, Moment> = S extends readonly [infer X, ...infer Rest]
  ? `, ${ShowDim<X & number, Moment>}${ShowMore<Rest, Moment>}`
  : ''

/** A shape as messages print it: `[128, 784]`. */
export type Show<S> = S extends { readonly length: infer Rank }
  ? number extends Rank
    ? '[…]'
    : `[${ShowDims<S, When<S>>}]`
  : '…'
