import {
  type AnyTensor,
  add,
  type DType,
  type Guard,
  type Known,
  markParameters,
  matmul,
  type Now,
  type Pair,
  type Refused,
  type RefusedDType,
  reshape,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  type ShowLabel,
  showLabel,
  showShape,
  split,
  type Tensor,
  type TensorOf,
  type When,
  wrongDType,
} from '@vae/tensor'
import { kaimingUniform } from './init.ts'
import { type Layer, layerOf, type ShapeFunction } from './layer.ts'
import { checkLayerSizes, type GuardSize } from './size.ts'

/** Parameters of a dense layer from I to O features. */
export interface LinearParams<I extends number, O extends number> {
  readonly weight: Tensor<[I, O]>
  readonly bias: Tensor<[O]>
}

/** The shape `[…batch, O]` that a layer with label L makes of `[…batch, I]`, or a message. */
export type Features<L, S, D, I extends number, O extends number> = 'f32' extends D
  ? S extends readonly [...infer Batch extends Shape, infer K extends number]
    ? Same<When<D>, K, I> extends true
      ? [...Batch, O]
      : Refused<`${ShowLabel<L>}: input has ${ShowDim<K, When<D>>} features: ${Show<S>}`>
    : S extends readonly []
      ? Refused<`${ShowLabel<L>}: input must have rank 1 or more: []`>
      : [...number[], O]
  : RefusedDType<ShowLabel<L>, 'f32', D & DType>

/**
 * True, or the message of `Features` for an input whose last size is K, or unknown. K stands for itself, so that this
 * is decided also for `[...Batch, K]` with a batch that is a type parameter.
 */
export type FeaturesProblem<L, S, D, I extends number, K extends number> = 'f32' extends D
  ? Known<When<D>, K, I, Pair<I, I> | Pair<K, number>> extends true
    ? true
    : Known<When<D>, K, I, Pair<number, I>> extends true
      ? S extends readonly []
        ? Refused<`${ShowLabel<L>}: input must have rank 1 or more: []`>
        : true
      : Refused<`${ShowLabel<L>}: input has ${ShowDim<K, When<D>>} features: ${Show<S>}`>
  : RefusedDType<ShowLabel<L>, 'f32', D & DType>

/** The run-time twin of `Features`. Throws its message as a `ShapeError`. */
export const checkFeatures = (
  label: readonly [string, ...number[]],
  { shape, dtype }: AnyTensor,
  features: number,
): void => {
  const refuse = (message: string): never => {
    throw new ShapeError(message)
  }
  if (dtype !== 'f32') refuse(wrongDType(label, 'f32', dtype))
  if (shape.length === 0) refuse(`${showLabel(label)}: input must have rank 1 or more: []`)
  if (shape.at(-1) !== features)
    refuse(`${showLabel(label)}: input has ${shape.at(-1)} features: ${showShape(shape)}`)
}

/** How layers with label L change shapes. */
export interface FeaturesForward<L, I extends number, O extends number> extends ShapeFunction {
  readonly out: Features<L, this['in'], this['dtype'], I, O>
}

/** `[…batch, I]` → `[…batch, O]`. */
export type ApplyFeatures<L, I extends number, O extends number> = <
  Batch extends Shape,
  K extends number,
  S extends Shape,
  D extends DType,
>(
  x: Guard<FeaturesProblem<L, S, D, I, K>, TensorOf<S, D> | TensorOf<[...Batch, K], 'f32'>>,
) => Tensor<[...Batch, O]>

/** A dense layer from I to O features. */
export interface Linear<I extends number, O extends number>
  extends Layer<
    LinearParams<I, O>,
    ApplyFeatures<readonly ['linear', I, O], I, O>,
    FeaturesForward<readonly ['linear', I, O], I, O>
  > {}

/**
 * A dense layer, x · W + b with W of shape `[inputs, outputs]`. Both start uniform on ±1/√inputs, as in
 * PyTorch.
 *
 * ```ts
 * const hidden = linear(784, 400)
 * const h = pipe(x, hidden.apply(hidden.init(key(0))), relu) // Tensor<[128, 784]> → Tensor<[128, 400]>
 * ```
 *
 * Another number of features does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * const decoder = linear(16, 784)
 * decoder.apply(decoder.init(key(0)))(x)
 * // error: linear(16, 784): input has 784 features: [128, 784]
 * ```
 */
export const linear = <I extends number, O extends number, Moment = Now>(
  inputs: GuardSize<Moment, 'linear', 'inputs', I>,
  outputs: GuardSize<Moment, 'linear', 'outputs', O>,
): Linear<I, O> => {
  const [from, to] = [inputs as I, outputs as O]
  checkLayerSizes('linear', { inputs: from, outputs: to })
  return layerOf<Linear<I, O>>({
    init: (key) => {
      const [forWeight, forBias] = split(key)
      return markParameters({
        weight: kaimingUniform(forWeight, [from, to], from),
        bias: kaimingUniform(forBias, [to], from),
      })
    },
    apply:
      ({ weight, bias }) =>
      (x) => {
        checkFeatures(['linear', from, to], x, from)
        return affine(x, weight, bias)
      },
  })
}

/** x · W + b, with shapes that the caller has checked. */
export const affine = (
  ...operands: readonly [x: AnyTensor, weight: AnyTensor, bias: AnyTensor]
): AnyTensor => {
  const [x, weight, bias] = operands as readonly AnyTensor[] as readonly Tensor<number[]>[]
  if (x!.shape.length > 1) return add(matmul(x!, weight!), bias!)
  // A single vector is a row of a batch of one.
  return add(reshape(matmul(reshape(x!, [1, -1]), weight!), [-1]), bias!)
}
