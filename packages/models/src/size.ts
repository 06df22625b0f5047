import { type Count, countProblem, type Is, type NoCount, ShapeError } from '@vae/tensor'

/** N, or a message where it is known to be no whole number above 0. */
export type GuardSize<Moment, Layer extends string, Name extends string, N extends number> =
  Is<Moment, Count<N>, 'no'> extends true ? `${Layer}: ${Name} must be a whole number above 0, got ${N}` : N

/** True, or a refusal for the first size in `Named` (pairs of name and size) that is no whole number above 0. */
export type Sized<Moment, Layer extends string, Named> = Named extends readonly [
  readonly [infer Name extends string, infer N],
  ...infer Rest,
]
  ? Is<Moment, Count<N>, 'no'> extends true
    ? NoCount<Layer, Name, N>
    : Sized<Moment, Layer, Rest>
  : true

/** The run-time twin of `GuardSize` and `Sized` for several sizes by name. Throws the message of the first as a `ShapeError`. */
export const checkLayerSizes = (layer: string, sizes: Readonly<Record<string, number>>): void => {
  const problem = countProblem(layer, Object.entries(sizes))
  if (problem !== null) throw new ShapeError(problem)
}
