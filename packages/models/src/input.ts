import {
  type AnyTensor,
  type DType,
  type Refused,
  type RefusedDType,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  type ShowLabel,
  type Tensor,
  type When,
  type WrongRank,
  wrongDType,
  wrongRank,
} from '@vae/tensor'
import { checkFeatures } from './linear.ts'

/** True for a batch of vectors `[B, I]` that a model's first dense layer, from I to O, takes; or a refusal. */
export type VectorsProblem<Model extends string, I extends number, O extends number, S, D> = 'f32' extends D
  ? S extends readonly [unknown, infer K extends number]
    ? Same<When<D>, K, I> extends true
      ? true
      : Refused<`${ShowLabel<readonly ['linear', I, O]>}: input has ${ShowDim<K, When<D>>} features: ${Show<S>}`>
    : S extends readonly number[]
      ? number extends S['length']
        ? true
        : WrongRank<Model, 2, S>
      : never
  : RefusedDType<Model, 'f32', D & DType>

/** The number of examples in a batch. */
export type BatchOf<S extends Shape> = S extends readonly [infer B extends number, ...unknown[]] ? B : number

/** The run-time twin of `VectorsProblem`: the batch. Throws its message as a `ShapeError`. */
export const vectorsFor = <B extends number, I extends number>(
  model: string,
  [inputs, outputs]: readonly [I, number],
  x: unknown,
): Tensor<[B, I]> => {
  const { shape, dtype } = x as AnyTensor
  if (dtype !== 'f32') throw new ShapeError(wrongDType(model, 'f32', dtype))
  if (shape.length !== 2) throw new ShapeError(wrongRank(model, 2, shape))
  checkFeatures(['linear', inputs, outputs], x as AnyTensor, inputs)
  return x as Tensor<[B, I]>
}
