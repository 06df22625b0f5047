import {
  type AnyTensor,
  checkSizes,
  checkUpsample,
  type DType,
  type Guard,
  type GuardShape,
  type Known,
  type Now,
  type Pair,
  type Product,
  type Refused,
  type RefusedDType,
  reshape,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
  sizeOf,
  type Tensor,
  type TensorOf,
  type Times,
  type TimesAll,
  type Upsample,
  upsampleNearest,
  type When,
  wrongDType,
} from '@vae/tensor'
import { type Layer, layerOf, type NoParams, type ShapeFunction } from '../layer.ts'

const refuse = (message: string): never => {
  throw new ShapeError(message)
}

const loose = (x: AnyTensor): Tensor<number[]> => x as Tensor<number[]>

/** `[B, …]` → `[B, product]`, or a message. */
export type Flattened<S, D> = 'f32' extends D
  ? S extends readonly [infer B extends number, ...infer Rest]
    ? [B, Product<Rest>]
    : S extends readonly []
      ? Refused<'flatten: input must have rank 1 or more: []'>
      : [number, number]
  : RefusedDType<'flatten', 'f32', D & DType>

export interface FlattenForward extends ShapeFunction {
  readonly out: Flattened<this['in'], this['dtype']>
}

/** `[B, …]` → `[B, product]`. */
export type ApplyFlatten = <B extends number, Rest extends Shape, S extends Shape, D extends DType>(
  x: Guard<Flattened<S, D>, TensorOf<S, D> | TensorOf<[B, ...Rest], 'f32'>>,
) => Tensor<[B, Product<Rest>]>

/** A layer that makes one vector of each example. */
export interface Flatten extends Layer<NoParams, ApplyFlatten, FlattenForward> {}

/**
 * A layer that makes one vector of each example: `[B, …]` → `[B, product]`.
 *
 * ```ts
 * flatten().apply({})(zeros([128, 64, 7, 7])) // Tensor<[128, 3136]>
 * ```
 */
export const flatten = (): Flatten =>
  layerOf<Flatten>({
    init: () => ({}),
    apply: () => (x) => {
      if (x.dtype !== 'f32') refuse(wrongDType('flatten', 'f32', x.dtype))
      const [batch, ...rest] = x.shape
      if (batch === undefined) return refuse('flatten: input must have rank 1 or more: []')
      return reshape(loose(x), [batch, sizeOf(rest)])
    },
  })

/** `[…batch, F]` → `[…batch, …R]`, or a message. */
export type Unflattened<R extends Shape, S, D> = 'f32' extends D
  ? S extends readonly [...infer Batch extends Shape, infer F extends number]
    ? Same<When<D>, F, Product<R>> extends true
      ? [...Batch, ...R]
      : Refused<`unflatten: ${ShowDim<F, When<D>>} features cannot become ${Show<R>} (${ShowDim<Product<R>, When<D>>} elements): ${Show<S>}`>
    : S extends readonly []
      ? Refused<'unflatten: input must have rank 1 or more: []'>
      : number[]
  : RefusedDType<'unflatten', 'f32', D & DType>

/** True, or the message of `Unflattened` for an input whose last size is F, or unknown. */
export type UnflattenProblem<R extends Shape, S, D, F extends number> = 'f32' extends D
  ? Known<When<D>, F, Product<R>, Pair<Product<R>, Product<R>> | Pair<F, number>> extends true
    ? true
    : Known<When<D>, F, Product<R>, Pair<number, Product<R>>> extends true
      ? S extends readonly []
        ? Refused<'unflatten: input must have rank 1 or more: []'>
        : true
      : Refused<`unflatten: ${ShowDim<F, When<D>>} features cannot become ${Show<R>} (${ShowDim<Product<R>, When<D>>} elements): ${Show<S>}`>
  : RefusedDType<'unflatten', 'f32', D & DType>

export interface UnflattenForward<R extends Shape> extends ShapeFunction {
  readonly out: Unflattened<R, this['in'], this['dtype']>
}

/** `[…batch, F]` → `[…batch, …R]`. */
export type ApplyUnflatten<R extends Shape> = <
  Batch extends Shape,
  F extends number,
  S extends Shape,
  D extends DType,
>(
  x: Guard<UnflattenProblem<R, S, D, F>, TensorOf<S, D> | TensorOf<[...Batch, F], 'f32'>>,
) => Tensor<[...Batch, ...R]>

/** A layer that gives vectors the shape R. */
export interface Unflatten<R extends Shape> extends Layer<NoParams, ApplyUnflatten<R>, UnflattenForward<R>> {}

/**
 * A layer that gives each vector along the last axis a shape: `[…batch, F]` → `[…batch, …shape]`.
 *
 * ```ts
 * unflatten([64, 7, 7]).apply({})(zeros([128, 3136])) // Tensor<[128, 64, 7, 7]>
 * ```
 *
 * Another number of elements does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * unflatten([64, 7, 7]).apply({})(zeros([128, 784]))
 * // error: unflatten: 784 features cannot become [64, 7, 7] (3136 elements): [128, 784]
 * ```
 */
export const unflatten = <const R extends Shape, Moment = Now>(
  shape: GuardShape<Moment, R, 'unflatten'>,
): Unflatten<R> => {
  const sizes = shape as Shape
  checkSizes('unflatten', sizes)
  return layerOf<Layer<NoParams, unknown>>({
    init: () => ({}),
    apply: () => (x) => {
      if (x.dtype !== 'f32') refuse(wrongDType('unflatten', 'f32', x.dtype))
      const features = x.shape.at(-1)
      if (features === undefined) return refuse('unflatten: input must have rank 1 or more: []')
      if (features !== sizeOf(sizes))
        refuse(
          `unflatten: ${features} features cannot become ${showShape(sizes)} (${sizeOf(sizes)} elements): ${showShape(x.shape)}`,
        )
      const target: number[] = [...x.shape.slice(0, -1), ...sizes]
      return reshape(loose(x), target)
    },
  }) as never
}

export interface UpsampleForward<F extends number> extends ShapeFunction {
  readonly out: 'f32' extends this['dtype']
    ? this['in'] extends infer S extends Shape
      ? Upsample<'upsample', S, F>
      : never
    : RefusedDType<'upsample', 'f32', this['dtype'] & DType>
}

/** What is wrong with the input of a layer that upsamples, or its shape. */
export type UpsampleProblem<S extends Shape, D extends DType, F extends number> = 'f32' extends D
  ? Upsample<'upsample', S, F>
  : RefusedDType<'upsample', 'f32', D>

/** `[B, C, …]` → `[B, C, …]` with each size F times as large. */
export type ApplyUpsample<F extends number> = <
  B extends number,
  C extends number,
  H extends number,
  Rest extends Shape,
  S extends Shape,
  D extends DType,
>(
  x: Guard<UpsampleProblem<S, D, F>, TensorOf<S, D> | TensorOf<[B, C, H, ...Rest], 'f32'>>,
) => Tensor<[B, C, Times<H, F>, ...TimesAll<Rest, F>]>

/** A layer that repeats each element F times along every spatial axis. */
export interface UpsampleLayer<F extends number>
  extends Layer<NoParams, ApplyUpsample<F>, UpsampleForward<F>> {}

/**
 * A layer that repeats each element `factor` times along every spatial axis: `upsampleNearest` of @vae/tensor.
 *
 * ```ts
 * upsample(2).apply({})(zeros([128, 8, 7, 7])) // Tensor<[128, 8, 14, 14]>
 * ```
 */
export const upsample = <F extends number>(factor: F): UpsampleLayer<F> =>
  layerOf<UpsampleLayer<F>>({
    init: () => ({}),
    apply: () => (x) => {
      if (x.dtype !== 'f32') refuse(wrongDType('upsample', 'f32', x.dtype))
      checkUpsample('upsample', x.shape, factor)
      return upsampleNearest(loose(x), factor) as AnyTensor
    },
  })
