import { type AnyTensor, type Key, reshape, type Shape, sizeOf, type Tensor } from '@vae/tensor'
import type { Likelihood } from './likelihoods/likelihood.ts'

/** x in a shape that holds type parameters, which the compiler cannot count; the run does. */
export const shaped = <S extends Shape>(x: AnyTensor, shape: Shape): Tensor<S> =>
  reshape(x as Tensor<number[]>, [...shape]) as AnyTensor as Tensor<S>

/** A likelihood of examples of shape S, given what a decoder says of them in shape Out. */
export interface Observation<S extends Shape, Out extends Shape> {
  /** log p(x | output) in nats per example. */
  readonly logLikelihood: <B extends number>(output: Tensor<[B, ...Out]>, x: Tensor<[B, ...S]>) => Tensor<[B]>
  /** The expected examples. */
  readonly mean: <B extends number>(output: Tensor<[B, ...Out]>) => Tensor<[B, ...S]>
  /** One draw of each example. */
  readonly sample: <B extends number>(output: Tensor<[B, ...Out]>, key: Key) => Tensor<[B, ...S]>
}

/** A likelihood, which knows values in a row, on examples of a shape. */
export const observationOf = <S extends Shape, Out extends Shape, Name extends string, K extends number>(
  likelihood: Likelihood<Name, K>,
  example: S,
): Observation<S, Out> => {
  const features = sizeOf(example)
  const parameters = <B extends number>(output: Tensor<[B, ...Out]>): Tensor<[B, K, number]> =>
    shaped(output, [batchOf(output), likelihood.outputs, features])
  const examples = <B extends number>(values: Tensor<[B, number]>): Tensor<[B, ...S]> =>
    shaped(values, [values.shape[0], ...example])
  return {
    logLikelihood: (output, x) =>
      likelihood.logLikelihood(parameters(output), shaped<[number, number]>(x, [batchOf(x), features])),
    mean: (output) => examples(likelihood.mean(parameters(output))),
    sample: (output, key) => examples(likelihood.sample(parameters(output), key)),
  }
}

/** The first size. */
export const batchOf = ({ shape }: AnyTensor): number => shape[0]!
