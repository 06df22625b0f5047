import {
  type AnyTensor,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
  type Tensor,
} from '@vae/tensor'

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

/**
 * `right` as the tensor of the shape of `left` that it is: the run-time twin of `GuardSame`. Throws its message as a
 * `ShapeError`. The only place where such a tensor leaves its guard.
 */
export const agreeing = <S extends Shape>(
  operation: string,
  names: string,
  left: Tensor<S>,
  right: unknown,
): Tensor<S> => {
  const { shape } = right as AnyTensor
  const axis = left.shape.findIndex((size, index) => size !== shape[index])
  if (axis >= 0)
    throw new ShapeError(
      `${operation}: ${names} differ: ${showShape(left.shape)} and ${showShape(shape)} (${left.shape[axis]} ≠ ${shape[axis]})`,
    )
  return right as Tensor<S>
}

/** Weights of B examples, or a message where there are C of them. */
export type GuardExampleWeights<Moment, Operation extends string, B extends number, C extends number> =
  Same<Moment, B, C> extends true
    ? Tensor<[C]>
    : Differ<Moment, Operation, 'examples and weights', [B], [C], B, C>

/** The run-time twin of `GuardExampleWeights`: the weights. Throws its message as a `ShapeError`. */
export const exampleWeights = <B extends number>(
  operation: string,
  examples: B,
  weights: unknown,
): Tensor<[B]> => {
  const { shape } = weights as AnyTensor
  if (shape.length !== 1 || shape[0] !== examples)
    throw new ShapeError(
      `${operation}: examples and weights differ: ${showShape([examples])} and ${showShape(shape)} (${examples} ≠ ${shape[0]})`,
    )
  return weights as Tensor<[B]>
}
