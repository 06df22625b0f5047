import {
  type AnyTensor,
  type Key,
  type Now,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
  slice,
  squeeze,
  type Tensor,
} from '@vae/tensor'
import type { Differ } from '../agreement.ts'

/** That parameters hold another number of numbers for each value. */
export type WrongParameters<
  Moment,
  Operation extends string,
  K extends number,
  B extends number,
  J extends number,
  F extends number,
> = `${Operation}: expected parameters ${Show<[B, K, F]>}, got ${Show<[B, J, F]>} (${K} ≠ ${ShowDim<J, Moment>})`

/** Parameters with K numbers for each of F values, or a message. */
export type GuardParameters<
  Moment,
  Operation extends string,
  K extends number,
  B extends number,
  J extends number,
  F extends number,
> = Same<Moment, K, J> extends true ? Tensor<[B, J, F]> : WrongParameters<Moment, Operation, K, B, J, F>

/** Values of the size of their parameters, or a message. */
export type GuardValues<
  Moment,
  B extends number,
  J extends number,
  F extends number,
  C extends number,
  G extends number,
> =
  Same<Moment, B, C> extends true
    ? Same<Moment, F, G> extends true
      ? Tensor<[C, G]>
      : Differ<Moment, 'logLikelihood', 'parameters and x', [B, J, F], [C, G], F, G>
    : Differ<Moment, 'logLikelihood', 'parameters and x', [B, J, F], [C, G], B, C>

/**
 * A distribution of values given what a decoder says of them, `p(x | z)`: K numbers for each value. A decoder of data of
 * shape `[S₀, …rest]` gives `[K · S₀, …rest]` for each example, which is reshaped to `[B, K, F]`. Every function throws
 * the message of its type as a `ShapeError`. They are methods, so that any likelihood is a `Likelihood<string, number>`.
 */
export interface Likelihood<Name extends string, K extends number> {
  readonly name: Name
  /** How many numbers a decoder gives for each value. */
  readonly outputs: K
  /** log p(x | parameters) in nats per example, summed over all values: `[B, K, F]` and `[B, F]` → `[B]`. */
  logLikelihood<
    B extends number,
    J extends number,
    F extends number,
    C extends number,
    G extends number,
    Moment = Now,
  >(
    parameters: GuardParameters<Moment, 'logLikelihood', K, B, J, F>,
    x: GuardValues<Moment, B, J, F, C, G>,
  ): Tensor<[B]>
  /** The expected value of each x: `[B, K, F]` → `[B, F]`. */
  mean<B extends number, J extends number, F extends number, Moment = Now>(
    parameters: GuardParameters<Moment, 'mean', K, B, J, F>,
  ): Tensor<[B, F]>
  /** One draw of each x: `[B, K, F]` → `[B, F]`. */
  sample<B extends number, J extends number, F extends number, Moment = Now>(
    parameters: GuardParameters<Moment, 'sample', K, B, J, F>,
    key: Key,
  ): Tensor<[B, F]>
}

/** What a likelihood is made of: its functions on tensors that are known to fit. */
export interface LikelihoodParts<Name extends string, K extends number> {
  readonly name: Name
  readonly outputs: K
  readonly logLikelihood: <B extends number, F extends number>(
    parameters: Tensor<[B, K, F]>,
    x: Tensor<[B, F]>,
  ) => Tensor<[B]>
  readonly mean: <B extends number, F extends number>(parameters: Tensor<[B, K, F]>) => Tensor<[B, F]>
  readonly sample: <B extends number, F extends number>(
    parameters: Tensor<[B, K, F]>,
    key: Key,
  ) => Tensor<[B, F]>
}

/** The run-time twin of `GuardParameters`. */
const parametersOf = <B extends number, K extends number, F extends number>(
  operation: string,
  outputs: K,
  parameters: unknown,
): Tensor<[B, K, F]> => {
  const { shape } = parameters as AnyTensor
  if (shape.length !== 3)
    throw new ShapeError(`${operation}: expected parameters [B, ${outputs}, F], got ${showShape(shape)}`)
  const [batch, given, values] = shape as readonly [B, number, F]
  if (given !== outputs)
    throw new ShapeError(
      `${operation}: expected parameters ${showShape([batch, outputs, values])}, got ${showShape(shape)} (${outputs} ≠ ${given})`,
    )
  return parameters as Tensor<[B, K, F]>
}

/** The run-time twin of `GuardValues`. */
const valuesOf = <B extends number, F extends number>(parameters: Shape, x: unknown): Tensor<[B, F]> => {
  const { shape } = x as AnyTensor
  const refuse = (why: string): never => {
    throw new ShapeError(
      `logLikelihood: parameters and x differ: ${showShape(parameters)} and ${showShape(shape)}${why}`,
    )
  }
  if (shape.length !== 2) refuse('')
  const [batch, , values] = parameters
  if (batch !== shape[0]) refuse(` (${batch} ≠ ${shape[0]})`)
  if (values !== shape[1]) refuse(` (${values} ≠ ${shape[1]})`)
  return x as Tensor<[B, F]>
}

/**
 * A likelihood of its parts, which then get only what fits.
 *
 * ```ts
 * const unitGaussian = likelihoodOf({
 *   name: 'unit gaussian',
 *   outputs: 1,
 *   logLikelihood: (mean, x) => sum(mul(add(square(sub(x, parameter(mean, 0))), Math.log(2 * Math.PI)), -0.5), [1]),
 *   mean: (mean) => parameter(mean, 0),
 *   sample: (mean, key) => add(parameter(mean, 0), normal(key, [mean.shape[0], mean.shape[2]])),
 * })
 * unitGaussian.logLikelihood(zeros([1, 1, 2]), zeros([1, 2])) // → [-1.838]
 * ```
 */
export const likelihoodOf = <const Name extends string, const K extends number>(
  parts: LikelihoodParts<Name, K>,
): Likelihood<Name, K> => {
  const { name, outputs } = parts
  return {
    name,
    outputs,
    logLikelihood: <B extends number, F extends number>(parameters: unknown, x: unknown) => {
      const checked = parametersOf<B, K, F>('logLikelihood', outputs, parameters)
      return parts.logLikelihood(checked, valuesOf<B, F>(checked.shape, x))
    },
    mean: <B extends number, F extends number>(parameters: unknown) =>
      parts.mean(parametersOf<B, K, F>('mean', outputs, parameters)),
    sample: <B extends number, F extends number>(parameters: unknown, key: Key) =>
      parts.sample(parametersOf<B, K, F>('sample', outputs, parameters), key),
  } as Likelihood<Name, K>
}

/**
 * Parameter `index` of each value: `[B, K, F]` → `[B, F]`.
 *
 * ```ts
 * parameter(tensor([1, 2, 3], [1, 2, 3, 4, 5, 6]), 1) // → [[4, 5, 6]]
 * ```
 */
export const parameter = <B extends number, F extends number>(
  parameters: Tensor<[B, number, F]>,
  index: number,
): Tensor<[B, F]> => squeeze(slice(parameters, 1, index, index + 1), [1])
