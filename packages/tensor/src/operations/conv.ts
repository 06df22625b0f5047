import type { DType } from '../dtype.ts'
import {
  type Conv,
  type ConvTranspose,
  checkConvOptions,
  checkKernel,
  type WindowOf,
  windowed,
} from '../shape/conv.ts'
import type { Shape } from '../shape/dim.ts'
import type { Guard, Result } from '../shape/guard.ts'
import { type Label, showLabel } from '../shape/label.ts'
import {
  type AxisPadding,
  extentOf,
  type Padding,
  type PerAxis,
  spread,
  type TransposedScales,
  transposedSizes,
  type Uniform,
  type WindowScales,
  windowSizes,
  windowsOf,
} from '../shape/window.ts'
import type { AnyTensor, TensorOf } from '../tensor.ts'
import { apply } from './apply.ts'

/** How the kernel of a convolution moves. One value serves all axes, a tuple has one for each. */
export interface ConvOptions<Stride, P, Dilation, Groups, Exact> {
  /** Steps between positions; 1 unless given. */
  readonly stride?: Stride
  /** Zeros around the input: a number, `[before, after]` for an axis, `'same'`, `'valid'` or `'causal'`; 0 unless given. */
  readonly padding?: P
  /** Steps between the elements that the kernel sees; 1 unless given. */
  readonly dilation?: Dilation
  /** Groups of channels that do not see each other; 1 unless given. */
  readonly groups?: Groups
  /** Refuses sizes that the stride does not divide. */
  readonly exact?: Exact
}

/** How the kernel of a transposed convolution moves. */
export interface ConvTransposeOptions<Stride, P, Dilation, Groups, OutputPadding>
  extends Omit<ConvOptions<Stride, P, Dilation, Groups, false>, 'exact'> {
  /** Elements that are added after the result: which of the sizes that the stride maps to one is meant. */
  readonly outputPadding?: OutputPadding
}

/** A convolution over `Axes` spatial axes. */
export type Convolution<Name extends string, Axes extends 1 | 2 | 3> = <
  S extends Shape,
  D extends DType,
  K extends Shape,
  E extends DType,
  const Stride extends PerAxis<Axes> = 1,
  const P extends Padding<Axes> = 0,
  const Dilation extends PerAxis<Axes> = 1,
  Groups extends number = 1,
  Exact extends boolean = false,
>(
  input: Guard<
    Conv<
      Name,
      S,
      D,
      K,
      E,
      Stride,
      P,
      Dilation,
      Groups,
      Uniform<0, Axes>,
      WindowScales<WindowOf<K>, Stride, P, Dilation, Axes>,
      Exact
    >,
    TensorOf<S, D>
  >,
  kernel: TensorOf<K, E>,
  options?: ConvOptions<Stride, P, Dilation, Groups, Exact>,
) => Result<
  Conv<
    Name,
    S,
    D,
    K,
    E,
    Stride,
    P,
    Dilation,
    Groups,
    Uniform<0, Axes>,
    WindowScales<WindowOf<K>, Stride, P, Dilation, Axes>,
    Exact
  >
>

/** A transposed convolution over `Axes` spatial axes. */
export type TransposedConvolution<Name extends string, Axes extends 1 | 2 | 3> = <
  S extends Shape,
  D extends DType,
  K extends Shape,
  E extends DType,
  const Stride extends PerAxis<Axes> = 1,
  const P extends Padding<Axes> = 0,
  const Dilation extends PerAxis<Axes> = 1,
  Groups extends number = 1,
  const OutputPadding extends PerAxis<Axes> = 0,
>(
  input: Guard<
    ConvTranspose<
      Name,
      S,
      D,
      K,
      E,
      Stride,
      P,
      Dilation,
      Groups,
      OutputPadding,
      Uniform<0, Axes>,
      TransposedScales<WindowOf<K>, Stride, P, Dilation, OutputPadding, Axes>
    >,
    TensorOf<S, D>
  >,
  kernel: TensorOf<K, E>,
  options?: ConvTransposeOptions<Stride, P, Dilation, Groups, OutputPadding>,
) => Result<
  ConvTranspose<
    Name,
    S,
    D,
    K,
    E,
    Stride,
    P,
    Dilation,
    Groups,
    OutputPadding,
    Uniform<0, Axes>,
    TransposedScales<WindowOf<K>, Stride, P, Dilation, OutputPadding, Axes>
  >
>

/** Options as the run-time sees them. */
export interface AnyConvOptions {
  readonly stride?: number | readonly number[]
  readonly padding?: AxisPadding | readonly AxisPadding[]
  readonly dilation?: number | readonly number[]
  readonly groups?: number
  readonly exact?: boolean
  readonly outputPadding?: number | readonly number[]
}

/**
 * A convolution of any number of spatial axes whose shapes only the run knows; `label` starts its messages. What
 * `conv2d` and its kin, and the layers over them, do.
 *
 * ```ts
 * convolve('conv1d', zeros([1, 2, 9]), zeros([4, 2, 3]), {}).shape // → [1, 4, 7]
 * ```
 */
export const convolve = (
  label: Label,
  input: AnyTensor,
  kernel: AnyTensor,
  options: AnyConvOptions,
): AnyTensor => {
  const { stride = 1, dilation = 1, groups = 1, exact = false } = options
  const [outputs, perGroup, ...window] = kernel.shape as readonly [number, number, ...number[]]
  checkConvOptions(showLabel(label), perGroup * groups, outputs, {
    ...options,
    kernel: window,
    stride,
    dilation,
    groups,
  })
  const windows = windowsOf(window, options)
  windowed(input, {
    label,
    axes: window.length,
    channels: perGroup * groups,
    resize: (sizes) => windowSizes(sizes, windows),
    exact: exact ? spread(stride, window.length) : null,
  })
  return apply('conv', [input, kernel], {
    stride: windows.stride,
    low: windows.low,
    high: windows.high,
    lhsDilation: window.map(() => 1),
    rhsDilation: windows.dilation,
    featureGroups: groups,
    batchGroups: 1,
  })
}

/** `[I, O / groups, …window]` → `[O, I / groups, …window]`, each window from its end. */
const transposedKernel = (kernel: AnyTensor, groups: number): AnyTensor => {
  const [inputs, perGroup, ...window] = kernel.shape as readonly [number, number, ...number[]]
  const axes = window.map((_, axis) => axis)
  const grouped = apply<AnyTensor>('reshape', [kernel], {
    shape: [groups, inputs / groups, perGroup, ...window],
  })
  const exchanged = apply<AnyTensor>('permute', [grouped], {
    axes: [0, 2, 1, ...axes.map((axis) => axis + 3)],
  })
  const merged = apply<AnyTensor>('reshape', [exchanged], {
    shape: [groups * perGroup, inputs / groups, ...window],
  })
  return apply('flip', [merged], { axes: axes.map((axis) => axis + 2) })
}

/**
 * A transposed convolution of any number of spatial axes whose shapes only the run knows; `label` starts its messages.
 *
 * ```ts
 * convolveTransposed('convTranspose1d', zeros([1, 2, 7]), zeros([2, 4, 3]), {}).shape // → [1, 4, 9]
 * ```
 */
export const convolveTransposed = (
  label: Label,
  input: AnyTensor,
  kernel: AnyTensor,
  options: AnyConvOptions,
): AnyTensor => {
  const { stride = 1, dilation = 1, groups = 1, outputPadding = 0 } = options
  const [inputs, perGroup, ...window] = kernel.shape as readonly [number, number, ...number[]]
  checkConvOptions(showLabel(label), inputs, perGroup * groups, {
    ...options,
    kernel: window,
    stride,
    dilation,
    groups,
  })
  const windows = windowsOf(window, options, (extent, step) => extent - step)
  const added = spread(outputPadding, window.length)
  windowed(input, {
    label,
    axes: window.length,
    channels: inputs,
    resize: (sizes) => transposedSizes(sizes, windows, added),
    exact: null,
  })
  const extents = window.map((size, axis) => extentOf(size, windows.dilation[axis]!))
  // No element has no zeros spread after it: the size formula counts 1 − stride of them.
  const missing = windows.stride.map((step, axis) => (input.shape[axis + 2] === 0 ? 1 - step : 0))
  return apply('conv', [input, transposedKernel(kernel, groups)], {
    stride: window.map(() => 1),
    low: extents.map((extent, axis) => extent - 1 - windows.low[axis]!),
    high: extents.map((extent, axis) => extent - 1 - windows.high[axis]! + added[axis]! + missing[axis]!),
    lhsDilation: windows.stride,
    rhsDilation: windows.dilation,
    featureGroups: groups,
    batchGroups: 1,
  })
}

const convolution =
  <Name extends string, Axes extends 1 | 2 | 3>(name: Name, axes: Axes): Convolution<Name, Axes> =>
  (input, kernel, options = {}) => {
    checkKernel(name, axes, kernel)
    return convolve(name, input as AnyTensor, kernel, options as AnyConvOptions) as never
  }

const transposedConvolution =
  <Name extends string, Axes extends 1 | 2 | 3>(name: Name, axes: Axes): TransposedConvolution<Name, Axes> =>
  (input, kernel, options = {}) => {
    checkKernel(name, axes, kernel)
    return convolveTransposed(name, input as AnyTensor, kernel, options as AnyConvOptions) as never
  }

/**
 * A convolution (as everywhere in this field, a cross-correlation) of `[B, C, L]` with a kernel `[O, C / groups, K]`
 * into `[B, O, ⌊(L + padding − D · (K − 1) − 1) / stride⌋ + 1]`, with D the dilation. `padding: 'causal'` lets no
 * element see a later one. van den Oord et al., "WaveNet" (2016), section 2.1, for the causal form.
 *
 * ```ts
 * conv1d(tensor([1, 1, 4], [1, 2, 3, 4]), tensor([1, 1, 2], [1, 1])) // → [[[3, 5, 7]]]
 * conv1d(tensor([1, 1, 4], [1, 2, 3, 4]), tensor([1, 1, 2], [1, 1]), { padding: 'causal' }) // → [[[1, 3, 5, 7]]]
 * ```
 */
export const conv1d = convolution('conv1d', 1)

/**
 * A convolution of images `[B, C, H, W]` with a kernel `[O, C / groups, K, K]`; each size as in `conv1d`. Dumoulin &
 * Visin, "A guide to convolution arithmetic for deep learning" (2016), relationship 6.
 *
 * ```ts
 * const small = conv2d(zeros([128, 3, 32, 32]), zeros([8, 3, 3, 3]), { stride: 2, padding: 1 })
 * small // Tensor<[128, 8, 16, 16]>
 * ```
 *
 * Channels that differ, a kernel larger than its input or another rank do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * conv2d(zeros([128, 1, 28, 28]), zeros([8, 3, 3, 3]))
 * // error: conv2d: expected 3 channels, got 1: [128, 1, 28, 28]
 * ```
 */
export const conv2d = convolution('conv2d', 2)

/**
 * A convolution of volumes or videos `[B, C, T, H, W]` with a kernel `[O, C / groups, K, K, K]`.
 *
 * ```ts
 * const video = conv3d(zeros([1, 3, 8, 16, 16]), zeros([4, 3, 3, 3, 3]), { padding: ['causal', 'same', 'same'] })
 * video // Tensor<[1, 4, 8, 16, 16]>
 * ```
 */
export const conv3d = convolution('conv3d', 3)

/**
 * The adjoint of `conv1d` with respect to its input: `[B, C, L]` with a kernel `[C, O / groups, K]` gives
 * `[B, O, (L − 1) · stride − padding + D · (K − 1) + outputPadding + 1]`. `padding: 'same'` gives L · stride.
 *
 * ```ts
 * convTranspose1d(tensor([1, 1, 2], [1, 2]), tensor([1, 1, 2], [1, 10]), { stride: 2 }) // → [[[1, 10, 2, 20]]]
 * ```
 */
export const convTranspose1d = transposedConvolution('convTranspose1d', 1)

/**
 * The adjoint of `conv2d` with respect to its input; each size as in `convTranspose1d`. Dumoulin & Visin (2016),
 * relationship 14.
 *
 * ```ts
 * const large = convTranspose2d(zeros([128, 8, 16, 16]), zeros([8, 3, 4, 4]), { stride: 2, padding: 1 })
 * large // Tensor<[128, 3, 32, 32]>
 * ```
 */
export const convTranspose2d = transposedConvolution('convTranspose2d', 2)

/**
 * The adjoint of `conv3d` with respect to its input.
 *
 * ```ts
 * const volume = convTranspose3d(zeros([1, 4, 2, 2, 2]), zeros([4, 1, 2, 2, 2]), { stride: 2 })
 * volume // Tensor<[1, 1, 4, 4, 4]>
 * ```
 */
export const convTranspose3d = transposedConvolution('convTranspose3d', 3)
