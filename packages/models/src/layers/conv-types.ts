import type {
  ConvOptionsProblem,
  DType,
  Guard,
  Resize,
  Scale,
  Shape,
  Tensor,
  TensorOf,
  Unless,
  Windowed,
} from '@vae/tensor'
import type { Layer, ShapeFunction } from '../layer.ts'
import type { Sized } from '../size.ts'

/** Parameters of a convolution: a kernel and a number for each output channel. */
export interface ConvParams<Kernel extends Shape, O extends number> {
  readonly weight: Tensor<Kernel>
  readonly bias: Tensor<[O]>
}

/** How layers over windows with scales G and `Name(I, O)` change shapes. */
export interface ConvForward<
  Name extends string,
  I extends number,
  O extends number,
  G extends readonly Scale[],
  Exact,
> extends ShapeFunction {
  readonly out: this['in'] extends infer S extends Shape
    ? Windowed<readonly [Name, I, O], S, this['dtype'] & DType, I, O, G, Exact>
    : never
}

/** `[B, I, L]` → `[B, O, …]`. */
export type ApplyConv1d<
  Name extends string,
  I extends number,
  O extends number,
  G extends readonly [Scale],
  Exact,
> = <B extends number, C extends number, W extends number, S extends Shape, D extends DType>(
  x: Guard<
    Windowed<readonly [Name, I, O], S, D, I, O, G, Exact>,
    TensorOf<S, D> | TensorOf<[B, C, W], 'f32'>
  >,
) => Tensor<[B, O, Resize<W, G[0]>]>

/** `[B, I, H, W]` → `[B, O, …]`. */
export type ApplyConv2d<
  Name extends string,
  I extends number,
  O extends number,
  G extends readonly [Scale, Scale],
  Exact,
> = <
  B extends number,
  C extends number,
  H extends number,
  W extends number,
  S extends Shape,
  D extends DType,
>(
  x: Guard<
    Windowed<readonly [Name, I, O], S, D, I, O, G, Exact>,
    TensorOf<S, D> | TensorOf<[B, C, H, W], 'f32'>
  >,
) => Tensor<[B, O, Resize<H, G[0]>, Resize<W, G[1]>]>

/** `[B, I, T, H, W]` → `[B, O, …]`. */
export type ApplyConv3d<
  Name extends string,
  I extends number,
  O extends number,
  G extends readonly [Scale, Scale, Scale],
  Exact,
> = <
  B extends number,
  C extends number,
  T extends number,
  H extends number,
  W extends number,
  S extends Shape,
  D extends DType,
>(
  x: Guard<
    Windowed<readonly [Name, I, O], S, D, I, O, G, Exact>,
    TensorOf<S, D> | TensorOf<[B, C, T, H, W], 'f32'>
  >,
) => Tensor<[B, O, Resize<T, G[0]>, Resize<H, G[1]>, Resize<W, G[2]>]>

/** A convolution from I to O channels with a kernel of shape `Kernel`; G are the scales of its axes. */
export interface Conv1d<
  I extends number,
  O extends number,
  Kernel extends Shape,
  G extends readonly [Scale],
  Exact = null,
> extends Layer<
    ConvParams<Kernel, O>,
    ApplyConv1d<'conv1d', I, O, G, Exact>,
    ConvForward<'conv1d', I, O, G, Exact>
  > {}

/** A convolution from I to O channels with a kernel of shape `Kernel`; G are the scales of its axes. */
export interface Conv2d<
  I extends number,
  O extends number,
  Kernel extends Shape,
  G extends readonly [Scale, Scale],
  Exact = null,
> extends Layer<
    ConvParams<Kernel, O>,
    ApplyConv2d<'conv2d', I, O, G, Exact>,
    ConvForward<'conv2d', I, O, G, Exact>
  > {}

/** A convolution from I to O channels with a kernel of shape `Kernel`; G are the scales of its axes. */
export interface Conv3d<
  I extends number,
  O extends number,
  Kernel extends Shape,
  G extends readonly [Scale, Scale, Scale],
  Exact = null,
> extends Layer<
    ConvParams<Kernel, O>,
    ApplyConv3d<'conv3d', I, O, G, Exact>,
    ConvForward<'conv3d', I, O, G, Exact>
  > {}

/** A transposed convolution from I to O channels. */
export interface ConvTranspose1d<
  I extends number,
  O extends number,
  Kernel extends Shape,
  G extends readonly [Scale],
> extends Layer<
    ConvParams<Kernel, O>,
    ApplyConv1d<'convTranspose1d', I, O, G, null>,
    ConvForward<'convTranspose1d', I, O, G, null>
  > {}

/** A transposed convolution from I to O channels. */
export interface ConvTranspose2d<
  I extends number,
  O extends number,
  Kernel extends Shape,
  G extends readonly [Scale, Scale],
> extends Layer<
    ConvParams<Kernel, O>,
    ApplyConv2d<'convTranspose2d', I, O, G, null>,
    ConvForward<'convTranspose2d', I, O, G, null>
  > {}

/** A transposed convolution from I to O channels. */
export interface ConvTranspose3d<
  I extends number,
  O extends number,
  Kernel extends Shape,
  G extends readonly [Scale, Scale, Scale],
> extends Layer<
    ConvParams<Kernel, O>,
    ApplyConv3d<'convTranspose3d', I, O, G, null>,
    ConvForward<'convTranspose3d', I, O, G, null>
  > {}

/** The size of the kernel of a layer, with the other options of its operation. */
export interface Kernel<K> {
  readonly kernel: K
}

/** Whether the numbers that describe a layer make sense, or a refusal. */
export type ConvLayerProblem<
  Moment,
  Name extends string,
  I extends number,
  O extends number,
  K,
  S,
  P,
  D,
  G extends number,
  Q = 0,
> = Unless<
  Sized<Moment, Name, [['inputs', I], ['outputs', O]]>,
  ConvOptionsProblem<Moment, Name, I, O, K, S, P, D, G, Q>
>
