import {
  type Agrees,
  type Pair,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
} from '@vae/tensor'

/** That what `Names` says differs: [B, F] and [C, G], in the sizes X and Y. */
export type Differ<
  Operation extends string,
  Names extends string,
  A,
  S,
  X,
  Y,
> = `${Operation}: ${Names} differ: ${Show<A>} and ${Show<S>} (${ShowDim<X>} ≠ ${ShowDim<Y>})`

/** `Parameter`, or a message where [B, F] and [C, G] differ. */
export type GuardSame<Operation extends string, Names extends string, B, F, C, G, Parameter> =
  Pair<B, C> extends Agrees<B, C>
    ? Pair<F, G> extends Agrees<F, G>
      ? Parameter
      : Differ<Operation, Names, [B, F], [C, G], F, G>
    : Differ<Operation, Names, [B, F], [C, G], B, C>

/** The run-time twin of `GuardSame`. Throws its message as a `ShapeError`. */
export const checkSame = (operation: string, names: string, left: Shape, right: Shape): void => {
  const axis = left.findIndex((size, index) => size !== right[index])
  if (axis >= 0)
    throw new ShapeError(
      `${operation}: ${names} differ: ${showShape(left)} and ${showShape(right)} (${left[axis]} ≠ ${right[axis]})`,
    )
}
