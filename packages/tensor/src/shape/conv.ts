import type { DType } from '../dtype.ts'
import type { TensorSpec } from '../tensor.ts'
import type { Over, Times } from './arithmetic.ts'
import { type Shape, showShape } from './dim.ts'
import type { RefusedDType } from './dtype.ts'
import { ShapeError } from './error.ts'
import type { Refused, Unless } from './guard.ts'
import {
  type Label,
  type ShowLabel,
  showLabel,
  type WrongChannels,
  type WrongRank,
  wrongChannels,
  wrongDType,
  wrongRank,
} from './label.ts'
import type { Show, ShowDim } from './show.ts'
import {
  type Counts,
  countProblem,
  type Division,
  type Is,
  paddingProblem,
  type Same,
  type SomeNone,
  type When,
  type WholePadding,
} from './verdict.ts'
import type { OnAxis, ResizeAll } from './window.ts'

/** `[number, number]`: a size that is not known for each of the axes. */
export type UnknownSizes<G> = { -readonly [A in keyof G]: number }

/** A scale whose result is not known for each of the axes. */
export type UnknownScales<G> = { -readonly [A in keyof G]: [1, number, 0, 1] }

/** The rank of an input with batch, channels and one axis for each scale. */
export type RankOf<G> = G extends readonly [unknown] ? 3 : G extends readonly [unknown, unknown] ? 4 : 5

/**
 * The shape `[B, O, …sizes]` that windows with scales G make of an input of shape S and dtype D with I channels, or a
 * message. `[B, C]` of an input of unknown rank are looked at where they are known. Exact is the stride that must
 * divide the sizes, or null.
 */
export type Windowed<
  L,
  S extends Shape,
  D extends DType,
  I extends number,
  O extends number,
  G extends readonly unknown[],
  Exact = null,
> = 'f32' extends D
  ? S extends readonly [infer B extends number, infer C extends number, ...infer Sizes extends Shape]
    ? number extends Sizes['length']
      ? Same<When<D>, C, I> extends true
        ? [B, O, ...UnknownSizes<G>]
        : WrongChannels<L, I, C, S, When<D>>
      : Sizes['length'] extends G['length']
        ? Same<When<D>, C, I> extends true
          ? FittingWindows<L, S, [B, O, ...ResizeAll<Sizes, G>], Sizes, Exact>
          : WrongChannels<L, I, C, S, When<D>>
        : WrongRank<L, RankOf<G>, S>
    : number extends S['length']
      ? [number, O, ...UnknownSizes<G>]
      : WrongRank<L, RankOf<G>, S>
  : RefusedDType<ShowLabel<L>, 'f32', D>

/** The shape Out, or a message where a size is 0 or less, or the stride does not divide it. */
export type FittingWindows<L, S, Out extends Shape, Sizes extends Shape, Exact> = Out extends readonly [
  unknown,
  unknown,
  ...infer Results,
]
  ? SomeNone<Results> extends true
    ? NothingLeft<L, S>
    : Exact extends null
      ? Out
      : Unless<InexactStride<L, S, Sizes, Exact>, Out>
  : never

export type NothingLeft<L, S> =
  Refused<`${ShowLabel<L>}: the window is larger than the padded input: ${Show<S>}`>

/** The message for the first of the sizes that its stride does not divide, or true. */
export type InexactStride<L, S, Sizes extends Shape, Stride> = {
  [A in keyof Sizes]: Division<Sizes[A], OnAxis<Stride, A> & number>
} extends infer Verdicts
  ? Verdicts extends readonly ['rest', ...unknown[]]
    ? StrideRest<L, S, Sizes, Stride, '0'>
    : Verdicts extends readonly [unknown, 'rest', ...unknown[]]
      ? StrideRest<L, S, Sizes, Stride, '1'>
      : Verdicts extends readonly [unknown, unknown, 'rest']
        ? StrideRest<L, S, Sizes, Stride, '2'>
        : true
  : never

export type StrideRest<L, S, Sizes, Stride, Axis> =
  Refused<`${ShowLabel<L>}: stride ${ShowDim<OnAxis<Stride, Axis> & number, When<S>>} does not divide size ${ShowDim<OnAxis<Sizes, Axis> & number, When<S>>}: ${Show<S>}`>

/** What the run-time twins need to know of a layer or an operation. */
export interface Windowing {
  readonly label: Label
  /** Number of spatial axes. */
  readonly axes: number
  /** Number of channels that the input must have, if any. */
  readonly channels: number | null
  readonly resize: (sizes: Shape) => readonly number[]
  /** The strides that must divide the sizes, if any. */
  readonly exact: readonly number[] | null
}

/** The run-time twin of `Windowed`: the sizes of the result. Throws its message as a `ShapeError`. */
export const windowed = (
  { shape, dtype }: TensorSpec,
  { label, axes, channels, resize, exact }: Windowing,
): number[] => {
  const refuse = (message: string): never => {
    throw new ShapeError(message)
  }
  if (dtype !== 'f32') refuse(wrongDType(label, 'f32', dtype))
  if (shape.length !== axes + 2) refuse(wrongRank(label, axes + 2, shape))
  if (channels !== null && shape[1] !== channels) refuse(wrongChannels(label, channels, shape[1]!, shape))
  const sizes = shape.slice(2)
  const results = resize(sizes)
  if (results.some((size) => size < 1))
    refuse(`${showLabel(label)}: the window is larger than the padded input: ${showShape(shape)}`)
  const inexact = exact === null ? -1 : sizes.findIndex((size, axis) => size % exact[axis]! !== 0)
  if (inexact >= 0)
    refuse(
      `${showLabel(label)}: stride ${exact![inexact]} does not divide size ${sizes[inexact]}: ${showShape(shape)}`,
    )
  return [...results]
}

/** The stride when the sizes must be multiples of it, else null. */
export type ExactStride<Exact, S> = Exact extends true ? S : null

/** The channels that a kernel of a convolution with G groups reads: C / G for each group. */
export type GroupedInputs<PerGroup extends number, G extends number> = Times<PerGroup, G>

/** Whether groups divide the channels on both sides, or a message. */
export type Grouping<
  Moment,
  Operation extends string,
  I extends number,
  O extends number,
  G extends number,
> = G extends 1
  ? true
  : Is<Moment, Division<I, G>, 'rest'> extends true
    ? Refused<`${Operation}: ${ShowDim<G, Moment>} groups do not divide ${ShowDim<I, Moment>} input channels`>
    : Is<Moment, Division<O, G>, 'rest'> extends true
      ? Refused<`${Operation}: ${ShowDim<G, Moment>} groups do not divide ${ShowDim<O, Moment>} output channels`>
      : true

/** The run-time twin of `Grouping`: its message, or null. */
export const groupingProblem = (
  operation: string,
  inputs: number,
  outputs: number,
  groups: number,
): string | null => {
  if (inputs % groups !== 0) return `${operation}: ${groups} groups do not divide ${inputs} input channels`
  if (outputs % groups !== 0) return `${operation}: ${groups} groups do not divide ${outputs} output channels`
  return null
}

/**
 * Whether the numbers that describe a convolution make sense, or a refusal. Channels that are a multiple of the groups
 * by their definition are given as the groups.
 */
export type ConvOptionsProblem<
  Moment,
  Operation extends string,
  I extends number,
  O extends number,
  K,
  S,
  P,
  D,
  G extends number,
  Q = 0,
> = Unless<
  Counts<Moment, Operation, [['kernel', K], ['stride', S], ['dilation', D], ['groups', G]]>,
  Unless<
    WholePadding<Moment, Operation, P>,
    Unless<WholePadding<Moment, Operation, Q, 'outputPadding'>, Grouping<Moment, Operation, I, O, G>>
  >
>

/** The run-time twin of `ConvOptionsProblem`. Throws its message as a `ShapeError`. */
export const checkConvOptions = (
  operation: string,
  inputs: number,
  outputs: number,
  options: {
    readonly kernel: number | readonly number[]
    readonly stride: number | readonly number[]
    readonly dilation: number | readonly number[]
    readonly groups: number
    readonly padding?: unknown
    readonly outputPadding?: number | readonly number[]
  },
): void => {
  const { kernel, stride, dilation, groups, padding, outputPadding } = options
  const problem =
    countProblem(operation, [
      ['kernel', kernel],
      ['stride', stride],
      ['dilation', dilation],
      ['groups', groups],
    ]) ??
    paddingProblem(operation, padding, outputPadding) ??
    groupingProblem(operation, inputs, outputs, groups)
  if (problem !== null) throw new ShapeError(problem)
}

/** The shape of a convolution of input S with a kernel of shape K `[O, C / groups, …window]`, or a message. */
export type Conv<
  Operation extends string,
  S extends Shape,
  D extends DType,
  K extends Shape,
  E extends DType,
  Stride,
  P,
  Dilation,
  Groups extends number,
  Axes extends Shape,
  Scales extends readonly unknown[],
  Exact,
> = number extends K['length']
  ? Windowed<Operation, S, D, number, number, UnknownScales<Axes>>
  : K extends readonly [infer O extends number, infer PerGroup extends number, ...infer Window extends Shape]
    ? Window['length'] extends Axes['length']
      ? 'f32' extends E
        ? Unless<
            ConvOptionsProblem<When<S>, Operation, Groups, O, Window, Stride, P, Dilation, Groups>,
            Windowed<Operation, S, D, Times<PerGroup, Groups>, O, Scales, ExactStride<Exact, Stride>>
          >
        : KernelDType<Operation, E>
      : KernelRank<Operation, RankOf<Axes>, K>
    : KernelRank<Operation, RankOf<Axes>, K>

/** The shape of a transposed convolution of input S with a kernel `[C, O / groups, …window]`, or a message. */
export type ConvTranspose<
  Operation extends string,
  S extends Shape,
  D extends DType,
  K extends Shape,
  E extends DType,
  Stride,
  P,
  Dilation,
  Groups extends number,
  Q,
  Axes extends Shape,
  Scales extends readonly unknown[],
> = number extends K['length']
  ? Windowed<Operation, S, D, number, number, UnknownScales<Axes>>
  : K extends readonly [infer I extends number, infer PerGroup extends number, ...infer Window extends Shape]
    ? Window['length'] extends Axes['length']
      ? 'f32' extends E
        ? Unless<
            ConvOptionsProblem<When<S>, Operation, I, Groups, Window, Stride, P, Dilation, Groups, Q>,
            Windowed<Operation, S, D, I, Times<PerGroup, Groups>, Scales>
          >
        : KernelDType<Operation, E>
      : KernelRank<Operation, RankOf<Axes>, K>
    : KernelRank<Operation, RankOf<Axes>, K>

export type KernelRank<
  Operation extends string,
  Rank extends number,
  K,
> = Refused<`${Operation}: kernel must have rank ${Rank}: ${Show<K>}`>
export type KernelDType<
  Operation extends string,
  E extends DType,
> = Refused<`${Operation}: kernel must be f32, got ${E}`>

/** The window of a kernel, after its two channel axes. */
export type WindowOf<K> = K extends readonly [unknown, unknown, ...infer Window extends Shape]
  ? Window
  : number

/** Channels of one group. */
export type PerGroup<C extends number, G extends number> = Over<C, G>

/** Throws, as a `ShapeError`, what `Conv` says of a kernel. */
export const checkKernel = (operation: string, axes: number, kernel: TensorSpec): void => {
  if (kernel.shape.length !== axes + 2)
    throw new ShapeError(`${operation}: kernel must have rank ${axes + 2}: ${showShape(kernel.shape)}`)
  if (kernel.dtype !== 'f32') throw new ShapeError(`${operation}: kernel must be f32, got ${kernel.dtype}`)
}
