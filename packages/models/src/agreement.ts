import { type Same, type Shape, ShapeError, type Show, type ShowDim, showShape } from '@vae/tensor'

/** That what `Names` says differs: the shapes A and S, in the sizes X and Y. */
export type Differ<
  Moment,
  Operation extends string,
  Names extends string,
  A,
  S,
  X extends number,
  Y extends number,
> = `${Operation}: ${Names} differ: ${Show<A>} and ${Show<S>} (${ShowDim<X, Moment>} ≠ ${ShowDim<Y, Moment>})`

/** `Parameter`, or a message where [B, F] and [C, G] differ. */
export type GuardSame<
  Moment,
  Operation extends string,
  Names extends string,
  B extends number,
  F extends number,
  C extends number,
  G extends number,
  Parameter,
> =
  Same<Moment, B, C> extends true
    ? Same<Moment, F, G> extends true
      ? Parameter
      : Differ<Moment, Operation, Names, [B, F], [C, G], F, G>
    : Differ<Moment, Operation, Names, [B, F], [C, G], B, C>

/** The run-time twin of `GuardSame`. Throws its message as a `ShapeError`. */
export const checkSame = (operation: string, names: string, left: Shape, right: Shape): void => {
  const axis = left.findIndex((size, index) => size !== right[index])
  if (axis >= 0)
    throw new ShapeError(
      `${operation}: ${names} differ: ${showShape(left)} and ${showShape(right)} (${left[axis]} ≠ ${right[axis]})`,
    )
}
