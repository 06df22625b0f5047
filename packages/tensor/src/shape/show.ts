import type { Dim, Shape } from './dim.ts'

/** A dimension as messages print it: its number, its name, or `?` when unknown. */
export type ShowDim<X> =
  X extends Dim<infer Name> ? Name : number extends X ? '?' : X extends number ? `${X}` : '…'

export type ShowDims<S, Out extends string = ''> = S extends readonly [infer X, ...infer Rest]
  ? ShowDims<Rest, Out extends '' ? ShowDim<X> : `${Out}, ${ShowDim<X>}`>
  : Out

/** A shape as messages print it: `[128, 784]`. */
export type Show<S> = S extends Shape ? (number extends S['length'] ? '[…]' : `[${ShowDims<S>}]`) : '…'
