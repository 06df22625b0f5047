import type { Add, Minus, Plus } from './arithmetic.ts'
import { type Dim, type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Refused } from './guard.ts'
import type { SubtractNatural } from './natural.ts'
import type { Show } from './show.ts'

/** How many elements to add before and after an axis. */
export type Widths = readonly (readonly [low: number, high: number])[]

/** What the new elements are: one value, the mirrored inside without the edge, or the edge repeated. */
export type PadMode = 'constant' | 'reflect' | 'replicate'

/** The shape of S with Pairs of elements more (or less, where negative) on each axis, or a message. */
export type Pad<S extends Shape, Pairs extends Widths, Mode extends PadMode> = number extends
  | S['length']
  | Pairs['length']
  ? number[]
  : Pairs['length'] extends S['length']
    ? PadFromLeft<S, Pairs, Mode, [], S>
    : Refused<`pad: ${ShowWidths<Pairs>} must list all ${S['length']} axes of ${Show<S>}`>

export type PadFromLeft<
  S,
  Pairs,
  Mode extends PadMode,
  Out extends Shape,
  Shown extends Shape,
> = S extends readonly [infer X extends number, ...infer Rest]
  ? Pairs extends readonly [
      readonly [infer Low extends number, infer High extends number],
      ...infer MorePairs,
    ]
    ? Padded<X, Low, High, Mode> extends [infer Size extends number]
      ? PadFromLeft<Rest, MorePairs, Mode, [...Out, Size], Shown>
      : Refused<`pad: axis ${Out['length']} of ${Show<Shown>} is too small for ${Mode} padding by ${Show<[Low, High]>}`>
    : never
  : Out

/** `[size]` of X after padding; null where that is not known to be possible. */
export type Padded<X extends number, Low extends number, High extends number, Mode extends PadMode> = [
  Low,
  High,
] extends [0, 0]
  ? [X]
  : [Mode] extends ['constant']
    ? Widen<X, Low> extends [infer Y extends number]
      ? Widen<Y, High>
      : Widen<X, High> extends [infer Y extends number]
        ? Widen<Y, Low>
        : null
    : CanCopy<X, Low, Mode> | CanCopy<X, High, Mode> extends true
      ? [Plus<Plus<X, Low>, High>]
      : null

/** `[X + N]` for an N that may be negative; null when that is not known to be a size. */
export type Widen<X extends number, N extends number> = N extends 0
  ? [X]
  : number extends N
    ? [number]
    : `${N}` extends `-${infer Less extends number}`
      ? number extends X
        ? [number]
        : X extends Dim<string>
          ? null
          : [SubtractNatural<X, Less>] extends [never]
            ? null
            : [Minus<X, Less>]
      : `${N}` extends `${string}.${string}` | `${string}e-${string}`
        ? null
        : [Add<X, N>]

/** Whether an axis of size X has the N elements that reflecting or repeating its edge needs. */
export type CanCopy<X extends number, N extends number, Mode extends PadMode> = N extends 0
  ? true
  : number extends X | N
    ? true
    : `${N}` extends `-${string}` | `${string}.${string}`
      ? false
      : X extends Dim<string>
        ? false
        : [SubtractNatural<X, Mode extends 'reflect' ? Plus<N, 1> : 1>] extends [never]
          ? false
          : true

export type ShowWidths<Pairs, Out extends string = ''> = Pairs extends readonly [infer First, ...infer Rest]
  ? ShowWidths<Rest, Out extends '' ? Show<First> : `${Out}, ${Show<First>}`>
  : `[${Out}]`

/**
 * The run-time twin of `Pad`: the shape of the result. Throws its message as a `ShapeError`.
 *
 * ```ts
 * padShape([28, 28], [[1, 1], [0, 2]], 'constant') // → [30, 30]
 * ```
 */
export const padShape = (shape: Shape, widths: Widths, mode: PadMode): number[] => {
  if (widths.length !== shape.length)
    throw new ShapeError(
      `pad: [${widths.map(showShape).join(', ')}] must list all ${shape.length} axes of ${showShape(shape)}`,
    )
  return shape.map((size, axis) => {
    const pair = widths[axis]!
    const fits = (count: number): boolean =>
      count === 0 || (count > 0 && size > (mode === 'reflect' ? count : 0))
    const padded = size + pair[0] + pair[1]
    const possible = mode === 'constant' ? padded >= 0 : pair.every(fits)
    if (!pair.every(Number.isInteger) || !possible)
      throw new ShapeError(
        `pad: axis ${axis} of ${showShape(shape)} is too small for ${mode} padding by ${showShape(pair)}`,
      )
    return padded
  })
}
