import type { Minus, Over, Plus, Times } from './arithmetic.ts'
import type { Shape } from './dim.ts'
import type { SubtractNatural } from './natural.ts'

/*
 * How a window (the kernel of a convolution, a pooling window) changes the size of an axis. Every such change is
 * ⌊(H · times + plus − minus) / over⌋ with one of plus and minus 0. Its parts are known where the layer is defined,
 * and parts that do nothing are dropped, so that a "same" convolution gives H itself, for a type parameter too.
 */

/** H ↦ ⌊(H · times + plus − minus) / over⌋. */
export type Scale = readonly [times: number, plus: number, minus: number, over: number]

/** The size H after a scale. */
export type Resize<H extends number, G extends Scale> = Over<Minus<Plus<Times<H, G[0]>, G[1]>, G[2]>, G[3]>

/** The sizes R after one scale each. */
export type ResizeAll<R extends Shape, G> = {
  -readonly [K in keyof R]: K extends keyof G ? (G[K] extends Scale ? Resize<R[K], G[K]> : never) : never
}

/** The scale with plus and minus reduced to their difference. */
export type NetScale<T extends number, P extends number, M extends number, O extends number> = number extends
  | P
  | M
  ? [T, number, 0, O]
  : [SubtractNatural<P, M>] extends [never]
    ? [T, 0, SubtractNatural<M, P>, O]
    : [T, SubtractNatural<P, M>, 0, O]

/** One value for all axes, or one for each. */
export type PerAxis<Axes extends 1 | 2 | 3> =
  | number
  | { 1: readonly [number]; 2: readonly [number, number]; 3: readonly [number, number, number] }[Axes]

/**
 * The padding of an axis: a number of zeros on both sides, `[before, after]` (negative crops), or a word. `'same'`
 * gives ⌈H / stride⌉, the odd zero after; `'causal'` has all of these zeros before; `'valid'` has none.
 */
export type AxisPadding = number | readonly [before: number, after: number] | 'same' | 'valid' | 'causal'

/** One padding for all axes, or a list with one for each. */
export type Padding<Axes extends 1 | 2 | 3> =
  | number
  | 'same'
  | 'valid'
  | 'causal'
  | {
      1: readonly [AxisPadding]
      2: readonly [AxisPadding, AxisPadding]
      3: readonly [AxisPadding, AxisPadding, AxisPadding]
    }[Axes]

/** What an option says of one axis. */
export type OnAxis<Option, Axis> = Option extends readonly unknown[]
  ? Axis extends keyof Option
    ? Option[Axis]
    : never
  : Option

/** An option as a tuple with a value for each axis. */
export type Spread<Option, Axes extends 1 | 2 | 3> = Option extends readonly unknown[]
  ? { -readonly [K in keyof Option]: Option[K] }
  : { 1: [Option]; 2: [Option, Option]; 3: [Option, Option, Option] }[Axes]

/** The same scale for each axis when no option tells them apart. */
export type Uniform<G, Axes extends 1 | 2 | 3> = { 1: [G]; 2: [G, G]; 3: [G, G, G] }[Axes]

/** The zeros that a padding adds, and the elements that a negative one takes. */
export type Added<P extends number> = `${P}` extends `-${string}` ? 0 : P
export type Taken<P extends number> = `${P}` extends `-${infer N extends number}` ? N : 0

/** The elements that a kernel of K spread by D covers: D · (K − 1) + 1. */
export type Extent<K extends number, D extends number> = K extends 1 ? 1 : Plus<Times<Minus<K, 1>, D>, 1>

/** The scale of a window of extent E with stride S and padding P. */
export type WindowScale<E extends number, S extends number, P> = [P] extends ['same' | 'causal']
  ? NetScale<1, S, 1, S>
  : [P] extends ['valid']
    ? NetScale<1, S, E, S>
    : [P] extends [number]
      ? NetScale<1, Plus<Times<Added<P>, 2>, S>, Plus<Times<Taken<P>, 2>, E>, S>
      : [P] extends [readonly [infer Lo extends number, infer Hi extends number]]
        ? NetScale<1, Plus<Plus<Added<Lo>, Added<Hi>>, S>, Plus<Plus<Taken<Lo>, Taken<Hi>>, E>, S>
        : [1, number, 0, S]

/** The scale of a transposed window of extent E with stride S, padding P and output padding Q. */
export type TransposedScale<E extends number, S extends number, P, Q extends number> = [P] extends [
  'same' | 'causal',
]
  ? [S, Q, 0, 1]
  : [P] extends ['valid']
    ? NetScale<S, Plus<E, Q>, S, 1>
    : [P] extends [number]
      ? NetScale<S, Plus<Plus<E, Q>, Times<Taken<P>, 2>>, Plus<Times<Added<P>, 2>, S>, 1>
      : [P] extends [readonly [infer Lo extends number, infer Hi extends number]]
        ? NetScale<S, Plus<Plus<E, Q>, Plus<Taken<Lo>, Taken<Hi>>>, Plus<Plus<Added<Lo>, Added<Hi>>, S>, 1>
        : [S, number, 0, 1]

/** The scales of a window on each axis. */
export type WindowScales<K, S, P, D, Axes extends 1 | 2 | 3> = [K, S, P, D] extends readonly [
  infer k extends number,
  infer s extends number,
  number | string,
  infer d extends number,
]
  ? Uniform<WindowScale<Extent<k, d>, s, P>, Axes>
  : WindowScaleByAxis<K, S, P, D, Uniform<0, Axes>>

export type WindowScaleByAxis<K, S, P, D, All> = {
  [A in keyof All]: WindowScale<
    Extent<OnAxis<K, A> & number, OnAxis<D, A> & number>,
    OnAxis<S, A> & number,
    OnAxis<P, A>
  >
}

/** The scales of a transposed window on each axis. */
export type TransposedScales<K, S, P, D, Q, Axes extends 1 | 2 | 3> = [K, S, P, D, Q] extends [
  infer k extends number,
  infer s extends number,
  number | string,
  infer d extends number,
  infer q extends number,
]
  ? Uniform<TransposedScale<Extent<k, d>, s, P, q>, Axes>
  : TransposedScaleByAxis<K, S, P, D, Q, Uniform<0, Axes>>

export type TransposedScaleByAxis<K, S, P, D, Q, All> = {
  [A in keyof All]: TransposedScale<
    Extent<OnAxis<K, A> & number, OnAxis<D, A> & number>,
    OnAxis<S, A> & number,
    OnAxis<P, A>,
    OnAxis<Q, A> & number
  >
}

/** How a window moves along each axis. */
export interface Windows {
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** What `windowsOf` reads. */
export interface WindowOptions {
  readonly stride?: number | readonly number[]
  readonly padding?: AxisPadding | readonly AxisPadding[]
  readonly dilation?: number | readonly number[]
}

/** An option for all axes as a list with one value for each. */
export const spread = <T>(option: T | readonly T[], axes: number): readonly T[] =>
  Array.isArray(option) ? (option as readonly T[]) : Array.from({ length: axes }, () => option as T)

/** The elements that a kernel spread by a dilation covers. */
export const extentOf = (kernel: number, dilation: number): number => (kernel - 1) * dilation + 1

/** The zeros before and after an axis, where `total` of them keep the size. */
const sidesOf = (padding: AxisPadding, total: number): readonly [before: number, after: number] => {
  if (padding === 'valid') return [0, 0]
  if (padding === 'causal') return [total, 0]
  if (padding === 'same') return [Math.floor(total / 2), total - Math.floor(total / 2)]
  return typeof padding === 'number' ? [padding, padding] : padding
}

/**
 * The windows that options describe, with paddings as numbers. `keeping` is the padding that counts as "same" for a
 * kernel of a given extent and stride.
 */
export const windowsOf = (
  kernel: readonly number[],
  { stride = 1, padding = 0, dilation = 1 }: WindowOptions,
  keeping: (extent: number, stride: number) => number = (extent) => extent - 1,
): Windows => {
  const axes = kernel.length
  const strides = spread(stride, axes)
  const dilations = spread(dilation, axes)
  const sides = spread<AxisPadding>(padding, axes).map((one, axis) =>
    sidesOf(one, keeping(extentOf(kernel[axis]!, dilations[axis]!), strides[axis]!)),
  )
  return {
    kernel,
    stride: strides,
    dilation: dilations,
    low: sides.map(([before]) => before),
    high: sides.map(([, after]) => after),
  }
}

/** The run-time twin of `ResizeAll` for windows: ⌊(H + low + high − extent) / stride⌋ + 1. */
export const windowSizes = (sizes: Shape, { kernel, stride, dilation, low, high }: Windows): number[] =>
  sizes.map((size, axis) => {
    const rest = size + low[axis]! + high[axis]! - extentOf(kernel[axis]!, dilation[axis]!)
    return Math.floor(rest / stride[axis]!) + 1
  })

/** The run-time twin of `ResizeAll` for transposed windows: (H − 1) · stride − low − high + extent + outputPadding. */
export const transposedSizes = (
  sizes: Shape,
  { kernel, stride, dilation, low, high }: Windows,
  outputPadding: readonly number[],
): number[] =>
  sizes.map((size, axis) => {
    const extent = extentOf(kernel[axis]!, dilation[axis]!)
    return (size - 1) * stride[axis]! - low[axis]! - high[axis]! + extent + outputPadding[axis]!
  })
