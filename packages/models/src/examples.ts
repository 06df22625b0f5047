import {
  type AnyTensor,
  type DType,
  type Guard,
  type Refused,
  type RefusedDType,
  type SameSizes,
  type Shape,
  ShapeError,
  type Show,
  sameShape,
  showShape,
  type Tensor,
  type TensorOf,
  type When,
  wrongDType,
} from '@vae/tensor'
import { intensities } from './intensities.ts'

/** True for a batch of what has shape S each, of the wanted dtype, or a refusal that calls it `What`. */
export type ExamplesProblem<
  Operation extends string,
  What extends string,
  S extends Shape,
  X,
  D,
  Wanted extends DType = 'f32',
> = Wanted extends D
  ? X extends readonly [unknown, ...infer Rest]
    ? SameSizes<Rest, S, When<D>> extends true
      ? true
      : Refused<`${Operation}: ${What} is ${Show<S>}, the batch is ${Show<X>}`>
    : X extends readonly number[]
      ? number extends X['length']
        ? true
        : Refused<`${Operation}: ${What} is ${Show<S>}, the batch is ${Show<X>}`>
      : never
  : RefusedDType<Operation, Wanted, D & DType>

/** A batch of what has shape S each, or a message that calls it `What`. */
export type GuardExamples<
  Operation extends string,
  What extends string,
  S extends Shape,
  X extends Shape,
  D extends DType,
  Wanted extends DType = 'f32',
> = Guard<ExamplesProblem<Operation, What, S, X, D, Wanted>, TensorOf<X, D>>

/** The number of examples in a batch. */
export type BatchOf<S extends Shape> = S extends readonly [infer B extends number, ...unknown[]] ? B : number

/** The run-time twin of `ExamplesProblem`: the batch. Throws its message as a `ShapeError`. */
export const batchFor = <B extends number, S extends Shape, Wanted extends DType = 'f32'>(
  operation: string,
  what: 'an example' | 'a latent' | 'a grid of indices',
  expected: S,
  x: unknown,
  wanted?: Wanted,
): TensorOf<[B, ...S], Wanted> => {
  const { shape, dtype } = x as AnyTensor
  if (dtype !== (wanted ?? 'f32')) throw new ShapeError(wrongDType(operation, wanted ?? 'f32', dtype))
  if (shape.length === 0 || !sameShape(shape.slice(1), expected))
    throw new ShapeError(`${operation}: ${what} is ${showShape(expected)}, the batch is ${showShape(shape)}`)
  return x as TensorOf<[B, ...S], Wanted>
}

/** Examples as the numbers that a model takes: bytes become intensities from 0 to 1, floats stay what they are. */
export const valuesOf = <S extends Shape>(examples: TensorOf<S, 'u8' | 'f32'>): Tensor<S> =>
  examples.dtype === 'u8' ? intensities(examples as TensorOf<S, 'u8'>) : (examples as Tensor<S>)
