import {
  type AnyTensor,
  type Same,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
  type Tensor,
} from '@vae/tensor'

/** Latents of Z dimensions, or a message. */
export type GuardLatents<
  Moment,
  Operation extends string,
  Z extends number,
  B extends number,
  Y extends number,
> =
  Same<Moment, Z, Y> extends true
    ? Tensor<[B, Y]>
    : `${Operation}: expected ${Z} latent dimensions, got ${ShowDim<Y, Moment>}: ${Show<[B, Y]>}`

/** The run-time twin of `GuardLatents`. Throws its message as a `ShapeError`. */
export const latentsOf = <B extends number, Z extends number>(
  operation: string,
  latent: Z,
  z: unknown,
): Tensor<[B, Z]> => {
  const { shape } = z as AnyTensor
  if (shape.length !== 2)
    throw new ShapeError(`${operation}: expected latents of rank 2, got ${showShape(shape)}`)
  if (shape[1] !== latent)
    throw new ShapeError(
      `${operation}: expected ${latent} latent dimensions, got ${shape[1]}: ${showShape(shape)}`,
    )
  return z as Tensor<[B, Z]>
}
