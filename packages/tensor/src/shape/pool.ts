import type { DType } from '../dtype.ts'
import type { TensorSpec } from '../tensor.ts'
import { type ExactStride, type UnknownScales, type Windowed, windowed } from './conv.ts'
import type { Shape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Refused, Unless } from './guard.ts'
import { type Label, showLabel } from './label.ts'
import { type Counts, countProblem, paddingProblem, type When, type WholePadding } from './verdict.ts'
import { spread, type WindowScales, type Windows, windowSizes, windowsOf } from './window.ts'

/** The shape of `[B, C, …]` after pooling with windows that have scales G, or a message. */
export type Pooled<
  L,
  S extends Shape,
  D extends DType,
  G extends readonly unknown[],
  Exact,
> = S extends readonly [unknown, infer C extends number, ...unknown[]]
  ? Windowed<L, S, D, C, C, G, Exact>
  : Windowed<L, S, D, number, number, G, Exact>

/** Whether the numbers that describe a pooling window make sense, or a message. */
export type PoolProblem<Moment, Operation extends string, K, Stride, P> = Unless<
  Counts<Moment, Operation, [['kernel', K], ['stride', Stride]]>,
  WholePadding<Moment, Operation, P>
>

/** `Pooled` from the options of a pooling operation; a stride that is not given is the kernel. */
export type Pool<
  Operation extends string,
  S extends Shape,
  D extends DType,
  K,
  Stride,
  P,
  Exact,
  Axes extends 1 | 2 | 3,
> =
  PoolProblem<When<S>, Operation, K, Stride, P> extends infer Problem extends Refused<string>
    ? Problem
    : WindowScales<K, Stride, P, 1, Axes> extends infer G extends readonly unknown[]
      ? Pooled<Operation, S, D, G, ExactStride<Exact, Stride>>
      : Pooled<Operation, S, D, UnknownScales<[0]>, null>

/** What the run-time twin of `Pool` reads. */
export interface PoolWindows {
  readonly kernel: number | readonly number[]
  readonly stride: number | readonly number[]
  readonly padding: NonNullable<Parameters<typeof windowsOf>[1]['padding']>
  readonly exact: boolean
}

/** The run-time twin of `PoolProblem`. Throws its message as a `ShapeError`. */
export const checkPoolOptions = (label: Label, { kernel, stride, padding }: PoolWindows): void => {
  const operation = showLabel(label)
  const counts = [
    ['kernel', kernel],
    ['stride', stride],
  ] as const
  const problem = countProblem(operation, counts) ?? paddingProblem(operation, padding)
  if (problem !== null) throw new ShapeError(problem)
}

/** The run-time twin of `Pool`: the windows and the sizes of the result. Throws its message as a `ShapeError`. */
export const poolWindows = (
  label: Label,
  axes: number,
  x: TensorSpec,
  options: PoolWindows,
): Windows & { readonly sizes: readonly number[] } => {
  checkPoolOptions(label, options)
  const { kernel, stride, padding, exact } = options
  const windows = windowsOf(spread(kernel, axes), { stride, padding })
  const sizes = windowed(x, {
    label,
    axes,
    channels: null,
    resize: (from) => windowSizes(from, windows),
    exact: exact ? windows.stride : null,
  })
  return { ...windows, sizes }
}
