import type { DType } from '../dtype.ts'
import { type Shape, showShape } from './dim.ts'
import type { Refused } from './guard.ts'
import type { Show, ShowDim, ShowDims } from './show.ts'
import type { When } from './verdict.ts'

/** Who speaks in a message: an operation by its name, or a layer as it was written, `conv2d(16, 64)`. */
export type Label = string | readonly [name: string, ...sizes: number[]]

/** A label as messages print it. */
export type ShowLabel<L> = L extends readonly [infer Name extends string, ...infer Sizes]
  ? Sizes extends readonly []
    ? Name
    : `${Name}(${ShowDims<Sizes, When<L>>})`
  : L & string

/**
 * The run-time twin of `ShowLabel`.
 *
 * ```ts
 * showLabel(['conv2d', 16, 64]) // → 'conv2d(16, 64)'
 * ```
 */
export const showLabel = (label: Label): string =>
  typeof label === 'string'
    ? label
    : label.length === 1
      ? label[0]
      : `${label[0]}(${label.slice(1).join(', ')})`

/** Of another dtype. */
export const wrongDType = (label: Label, expected: DType, dtype: DType): string =>
  `${showLabel(label)}: expected ${expected}, got ${dtype}`

/** Of another rank. */
export type WrongRank<L, Rank, S> =
  Refused<`${ShowLabel<L>}: input must have rank ${Rank & number}: ${Show<S>}`>
/** The run-time twin of `WrongRank`. */
export const wrongRank = (label: Label, rank: number, shape: Shape): string =>
  `${showLabel(label)}: input must have rank ${rank}: ${showShape(shape)}`

/** Of another number of channels: an operation says what it expected, a layer says so by its label. */
export type WrongChannels<L, Expected extends number, C extends number, S, Moment> = L extends string
  ? Refused<`${L}: expected ${ShowDim<Expected, Moment>} channels, got ${ShowDim<C, Moment>}: ${Show<S>}`>
  : Refused<`${ShowLabel<L>}: input has ${ShowDim<C, Moment>} channels: ${Show<S>}`>
/** The run-time twin of `WrongChannels`. */
export const wrongChannels = (label: Label, expected: number, channels: number, shape: Shape): string =>
  typeof label === 'string'
    ? `${label}: expected ${expected} channels, got ${channels}: ${showShape(shape)}`
    : `${showLabel(label)}: input has ${channels} channels: ${showShape(shape)}`
