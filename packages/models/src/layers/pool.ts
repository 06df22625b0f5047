import {
  type AnyPoolOptions,
  checkPoolOptions,
  type DType,
  type ExactStride,
  type Guard,
  type Now,
  type Padding,
  type PerAxis,
  type Pooled,
  type PoolKind,
  type PoolOptions,
  type PoolProblem,
  pool,
  type Resize,
  type Scale,
  type Shape,
  type Tensor,
  type TensorOf,
  type WindowScales,
} from '@vae/tensor'
import { type Layer, layerOf, type NoParams, type ShapeFunction } from '../layer.ts'

/** How pooling layers with scales G change shapes. */
export interface PoolForward<Name extends string, G extends readonly Scale[], Exact> extends ShapeFunction {
  readonly out: this['in'] extends infer S extends Shape
    ? Pooled<Name, S, this['dtype'] & DType, G, Exact>
    : never
}

/** `[B, C, L]` → `[B, C, …]`. */
export type ApplyPool1d<Name extends string, G extends readonly [Scale], Exact> = <
  B extends number,
  C extends number,
  W extends number,
  S extends Shape,
  D extends DType,
>(
  x: Guard<Pooled<Name, S, D, G, Exact>, TensorOf<S, D> | TensorOf<[B, C, W], 'f32'>>,
) => Tensor<[B, C, Resize<W, G[0]>]>

/** `[B, C, H, W]` → `[B, C, …]`. */
export type ApplyPool2d<Name extends string, G extends readonly [Scale, Scale], Exact> = <
  B extends number,
  C extends number,
  H extends number,
  W extends number,
  S extends Shape,
  D extends DType,
>(
  x: Guard<Pooled<Name, S, D, G, Exact>, TensorOf<S, D> | TensorOf<[B, C, H, W], 'f32'>>,
) => Tensor<[B, C, Resize<H, G[0]>, Resize<W, G[1]>]>

/** `[B, C, T, H, W]` → `[B, C, …]`. */
export type ApplyPool3d<Name extends string, G extends readonly [Scale, Scale, Scale], Exact> = <
  B extends number,
  C extends number,
  T extends number,
  H extends number,
  W extends number,
  S extends Shape,
  D extends DType,
>(
  x: Guard<Pooled<Name, S, D, G, Exact>, TensorOf<S, D> | TensorOf<[B, C, T, H, W], 'f32'>>,
) => Tensor<[B, C, Resize<T, G[0]>, Resize<H, G[1]>, Resize<W, G[2]>]>

/** Pooling of sequences; G are the scales of its axes. */
export interface Pool1d<Name extends string, G extends readonly [Scale], Exact>
  extends Layer<NoParams, ApplyPool1d<Name, G, Exact>, PoolForward<Name, G, Exact>> {}

/** Pooling of images; G are the scales of its axes. */
export interface Pool2d<Name extends string, G extends readonly [Scale, Scale], Exact>
  extends Layer<NoParams, ApplyPool2d<Name, G, Exact>, PoolForward<Name, G, Exact>> {}

/** Pooling of volumes or videos; G are the scales of its axes. */
export interface Pool3d<Name extends string, G extends readonly [Scale, Scale, Scale], Exact>
  extends Layer<NoParams, ApplyPool3d<Name, G, Exact>, PoolForward<Name, G, Exact>> {}

/** The kernel, or what is wrong with a kernel or a stride. */
export type GuardKernel<Moment, Name extends string, K, S, P> = Guard<PoolProblem<Moment, Name, K, S, P>, K>

/** How the window of a pooling layer moves; see `PoolOptions`. */
export interface PoolLayerOptions<S, P, Exact> extends Omit<PoolOptions<never, S, P, Exact>, 'kernel'> {}

/** Makes a layer that pools sequences. */
export type NewPool1d<Name extends string> = <
  const K extends PerAxis<1>,
  const S extends PerAxis<1> = K,
  const P extends Padding<1> = 0,
  Exact extends boolean = false,
  Moment = Now,
>(
  kernel: GuardKernel<Moment, Name, K, S, P>,
  options?: PoolLayerOptions<S, P, Exact>,
) => Pool1d<Name, WindowScales<K, S, P, 1, 1>, ExactStride<Exact, S>>

/** Makes a layer that pools images. */
export type NewPool2d<Name extends string> = <
  const K extends PerAxis<2>,
  const S extends PerAxis<2> = K,
  const P extends Padding<2> = 0,
  Exact extends boolean = false,
  Moment = Now,
>(
  kernel: GuardKernel<Moment, Name, K, S, P>,
  options?: PoolLayerOptions<S, P, Exact>,
) => Pool2d<Name, WindowScales<K, S, P, 1, 2>, ExactStride<Exact, S>>

/** Makes a layer that pools volumes or videos. */
export type NewPool3d<Name extends string> = <
  const K extends PerAxis<3>,
  const S extends PerAxis<3> = K,
  const P extends Padding<3> = 0,
  Exact extends boolean = false,
  Moment = Now,
>(
  kernel: GuardKernel<Moment, Name, K, S, P>,
  options?: PoolLayerOptions<S, P, Exact>,
) => Pool3d<Name, WindowScales<K, S, P, 1, 3>, ExactStride<Exact, S>>

const pooling =
  (kind: PoolKind, name: string, axes: number) =>
  (kernel: unknown, options: object = {}): never => {
    const all = { ...options, kernel } as AnyPoolOptions
    checkPoolOptions(name, { stride: all.kernel, padding: 0, exact: false, ...all })
    return layerOf<Layer<NoParams, unknown>>({
      init: () => ({}),
      apply: () => (x) => pool(kind, name, axes, x, all),
    }) as never
  }

/**
 * A layer that takes the largest element of each window: `maxPool1d` of @vae/tensor.
 *
 * ```ts
 * maxPool1d(2).apply({})(zeros([8, 16, 100])) // Tensor<[8, 16, 50]>
 * ```
 */
export const maxPool1d: NewPool1d<'maxPool1d'> = pooling('max', 'maxPool1d', 1)

/**
 * A layer that takes the largest element of each window: `maxPool2d` of @vae/tensor.
 *
 * ```ts
 * maxPool2d(2).apply({})(zeros([128, 8, 28, 28])) // Tensor<[128, 8, 14, 14]>
 * ```
 */
export const maxPool2d: NewPool2d<'maxPool2d'> = pooling('max', 'maxPool2d', 2)

/**
 * A layer that takes the largest element of each window: `maxPool3d` of @vae/tensor.
 *
 * ```ts
 * maxPool3d(2).apply({})(zeros([1, 8, 4, 8, 8])) // Tensor<[1, 8, 2, 4, 4]>
 * ```
 */
export const maxPool3d: NewPool3d<'maxPool3d'> = pooling('max', 'maxPool3d', 3)

/**
 * A layer that takes the mean of each window: `avgPool1d` of @vae/tensor.
 *
 * ```ts
 * avgPool1d(2).apply({})(zeros([8, 16, 100])) // Tensor<[8, 16, 50]>
 * ```
 */
export const avgPool1d: NewPool1d<'avgPool1d'> = pooling('average', 'avgPool1d', 1)

/**
 * A layer that takes the mean of each window: `avgPool2d` of @vae/tensor.
 *
 * ```ts
 * avgPool2d(2).apply({})(zeros([128, 8, 28, 28])) // Tensor<[128, 8, 14, 14]>
 * ```
 */
export const avgPool2d: NewPool2d<'avgPool2d'> = pooling('average', 'avgPool2d', 2)

/**
 * A layer that takes the mean of each window: `avgPool3d` of @vae/tensor.
 *
 * ```ts
 * avgPool3d(2).apply({})(zeros([1, 8, 4, 8, 8])) // Tensor<[1, 8, 2, 4, 4]>
 * ```
 */
export const avgPool3d: NewPool3d<'avgPool3d'> = pooling('average', 'avgPool3d', 3)
