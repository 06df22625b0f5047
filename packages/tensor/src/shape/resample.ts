import type { Over, Times } from './arithmetic.ts'
import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Refused } from './guard.ts'
import { type Label, type ShowLabel, showLabel, type WrongRank, wrongRank } from './label.ts'
import type { Show, ShowDim } from './show.ts'
import { type Count, countProblem, type Division, type Is, type NoCount, type When } from './verdict.ts'

/** `[B, C, …sizes]` with each size F times as large, or a message. */
export type Upsample<L, S extends Shape, F extends number> =
  Is<When<S>, Count<F>, 'no'> extends true
    ? NoCount<ShowLabel<L>, 'factor', F>
    : S extends readonly [
          infer B extends number,
          infer C extends number,
          infer H extends number,
          ...infer Rest extends Shape,
        ]
      ? [B, C, Times<H, F>, ...TimesAll<Rest, F>]
      : number extends S['length']
        ? S extends readonly [infer B extends number, infer C extends number, ...number[]]
          ? [B, C, ...number[]]
          : number[]
        : Refused<`${ShowLabel<L>}: input must have rank 3 or more: ${Show<S>}`>

export type TimesAll<R extends Shape, F extends number> = { -readonly [K in keyof R]: Times<R[K], F> }

const refuse = (message: string): never => {
  throw new ShapeError(message)
}

const checkFactor = (label: Label, factor: number): void => {
  const problem = countProblem(showLabel(label), [['factor', factor]])
  if (problem !== null) refuse(problem)
}

/** The run-time twin of `Upsample`. Throws its message as a `ShapeError`. */
export const checkUpsample = (label: Label, shape: Shape, factor: number): void => {
  checkFactor(label, factor)
  if (shape.length < 3) refuse(`${showLabel(label)}: input must have rank 3 or more: ${showShape(shape)}`)
}

/** `[B, C · F², H, W]` → `[B, C, F · H, F · W]`, or a message. */
export type PixelShuffle<L, S extends Shape, F extends number> =
  Is<When<S>, Count<F>, 'no'> extends true
    ? NoCount<ShowLabel<L>, 'factor', F>
    : S extends readonly [
          infer B extends number,
          infer C extends number,
          infer H extends number,
          infer W extends number,
        ]
      ? Is<When<S>, Division<C, Times<F, F>>, 'rest'> extends true
        ? Refused<`${ShowLabel<L>}: ${ShowDim<C, When<S>>} channels are not divisible by ${ShowDim<F, When<S>>}²: ${Show<S>}`>
        : [B, Over<C, Times<F, F>>, Times<H, F>, Times<W, F>]
      : number extends S['length']
        ? [number, number, number, number]
        : WrongRank<L, 4, S>

/** The run-time twin of `PixelShuffle`. Throws its message as a `ShapeError`. */
export const checkPixelShuffle = (label: Label, shape: Shape, factor: number): void => {
  checkFactor(label, factor)
  if (shape.length !== 4) refuse(wrongRank(label, 4, shape))
  if (shape[1]! % factor ** 2 !== 0)
    refuse(`${showLabel(label)}: ${shape[1]} channels are not divisible by ${factor}²: ${showShape(shape)}`)
}

/** `[B, C, F · H, F · W]` → `[B, C · F², H, W]`, or a message. */
export type SpaceToDepth<L, S extends Shape, F extends number> =
  Is<When<S>, Count<F>, 'no'> extends true
    ? NoCount<ShowLabel<L>, 'factor', F>
    : S extends readonly [
          infer B extends number,
          infer C extends number,
          infer H extends number,
          infer W extends number,
        ]
      ? Is<When<S>, Division<H, F>, 'rest'> extends true
        ? Undivided<L, S, H, F>
        : Is<When<S>, Division<W, F>, 'rest'> extends true
          ? Undivided<L, S, W, F>
          : [B, Times<C, Times<F, F>>, Over<H, F>, Over<W, F>]
      : number extends S['length']
        ? [number, number, number, number]
        : WrongRank<L, 4, S>

export type Undivided<
  L,
  S,
  H extends number,
  F extends number,
> = Refused<`${ShowLabel<L>}: ${ShowDim<F, When<S>>} does not divide size ${ShowDim<H, When<S>>}: ${Show<S>}`>

/** The run-time twin of `SpaceToDepth`. Throws its message as a `ShapeError`. */
export const checkSpaceToDepth = (label: Label, shape: Shape, factor: number): void => {
  checkFactor(label, factor)
  if (shape.length !== 4) refuse(wrongRank(label, 4, shape))
  for (const size of shape.slice(2))
    if (size % factor !== 0)
      refuse(`${showLabel(label)}: ${factor} does not divide size ${size}: ${showShape(shape)}`)
}
