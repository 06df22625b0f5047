import type { DType } from '../dtype.ts'
import type { TensorSpec } from '../tensor.ts'
import { type Shape, showShape } from './dim.ts'
import type { RefusedDType } from './dtype.ts'
import { ShapeError } from './error.ts'
import type { Refused } from './guard.ts'
import { type Label, type ShowLabel, showLabel, wrongDType } from './label.ts'
import type { Show, ShowDim } from './show.ts'
import { type Count, countProblem, type Division, type Is, type NoCount, type When } from './verdict.ts'

/** S for an input of at least rank `Least` (1 or 2), or a message. */
export type Normalized<L, S extends Shape, D extends DType, Least extends 1 | 2> = 'f32' extends D
  ? S['length'] extends { 1: 0; 2: 0 | 1 }[Least]
    ? Refused<`${ShowLabel<L>}: input must have rank ${Least} or more: ${Show<S>}`>
    : S
  : RefusedDType<ShowLabel<L>, 'f32', D>

/** S when groups divide its channels, or a message. */
export type GroupNormalized<L, S extends Shape, D extends DType, G extends number> =
  Is<When<S>, Count<G>, 'no'> extends true
    ? NoCount<ShowLabel<L>, 'groups', G>
    : S extends readonly [unknown, infer C extends number, ...unknown[]]
      ? Is<When<S>, Division<C, G>, 'rest'> extends true
        ? Refused<`${ShowLabel<L>}: ${ShowDim<G, When<S>>} groups do not divide ${ShowDim<C, When<S>>} channels: ${Show<S>}`>
        : Normalized<L, S, D, 2>
      : Normalized<L, S, D, 2>

const refuse = (message: string): never => {
  throw new ShapeError(message)
}

/** The run-time twin of `Normalized`. Throws its message as a `ShapeError`. */
export const checkNormalized = (label: Label, { shape, dtype }: TensorSpec, least: number): void => {
  if (dtype !== 'f32') refuse(wrongDType(label, 'f32', dtype))
  if (shape.length < least)
    refuse(`${showLabel(label)}: input must have rank ${least} or more: ${showShape(shape)}`)
}

/** The run-time twin of `GroupNormalized`. Throws its message as a `ShapeError`. */
export const checkGroupNormalized = (label: Label, x: TensorSpec, groups: number): void => {
  const problem = countProblem(showLabel(label), [['groups', groups]])
  if (problem !== null) refuse(problem)
  const channels = x.shape[1]
  if (channels !== undefined && channels % groups !== 0)
    refuse(`${showLabel(label)}: ${groups} groups do not divide ${channels} channels: ${showShape(x.shape)}`)
  checkNormalized(label, x, 2)
}
