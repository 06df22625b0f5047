import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Refused } from './guard.ts'
import type { Show } from './show.ts'

/** `AxisTable[rank][axis]` is the axis counted from the front, for negative axes too. */
export type AxisTable = [
  { readonly [none in never]: never },
  { '0': 0; '-1': 0 },
  { '0': 0; '1': 1; '-1': 1; '-2': 0 },
  { '0': 0; '1': 1; '2': 2; '-1': 2; '-2': 1; '-3': 0 },
  { '0': 0; '1': 1; '2': 2; '3': 3; '-1': 3; '-2': 2; '-3': 1; '-4': 0 },
  { '0': 0; '1': 1; '2': 2; '3': 3; '4': 4; '-1': 4; '-2': 3; '-3': 2; '-4': 1; '-5': 0 },
  { '0': 0; '1': 1; '2': 2; '3': 3; '4': 4; '5': 5; '-1': 5; '-2': 4; '-3': 3; '-4': 2; '-5': 1; '-6': 0 },
  // biome-ignore format: one row for each rank
  { '0': 0; '1': 1; '2': 2; '3': 3; '4': 4; '5': 5; '6': 6; '-1': 6; '-2': 5; '-3': 4; '-4': 3; '-5': 2; '-6': 1; '-7': 0 },
]

/** The axis A of shape S counted from the front; never when out of range. Ranks up to 7. */
export type Axis<S extends Shape, A extends number> = S['length'] extends keyof AxisTable
  ? `${A}` extends keyof AxisTable[S['length']]
    ? AxisTable[S['length']][`${A}`]
    : never
  : never

/** The union of the axes in `List`, or what is wrong with one of them. */
export type AxisUnion<S extends Shape, List, Seen = never> = List extends readonly [
  infer A extends number,
  ...infer Rest,
]
  ? [Axis<S, A>] extends [never]
    ? { outOfRange: A }
    : [Axis<S, A>] extends [Seen]
      ? { repeated: A }
      : AxisUnion<S, Rest, Seen | Axis<S, A>>
  : Seen

export type AxisOutOfRange<
  Operation extends string,
  A,
  S,
> = Refused<`${Operation}: axis ${A & number} is out of range for ${Show<S>}`>
export type AxisRepeated<
  Operation extends string,
  A,
  List,
> = Refused<`${Operation}: axis ${A & number} is repeated in ${Show<List>}`>

/** The message for what `AxisUnion` found wrong, or null. An empty list of axes gives the union `never`. */
export type AxisProblem<Axes, S, List, Operation extends string> = [Axes] extends [never]
  ? null
  : [Axes] extends [{ outOfRange: infer A }]
    ? AxisOutOfRange<Operation, A, S>
    : [Axes] extends [{ repeated: infer A }]
      ? AxisRepeated<Operation, A, List>
      : null

/**
 * The run-time twin of `AxisUnion`: axes counted from the front, in the order given. Throws a `ShapeError`
 * for an axis that is out of range or repeated; `operation` starts its message.
 *
 * ```ts
 * resolveAxes('sum', [128, 784], [-1, 0]) // → [1, 0]
 * ```
 */
export const resolveAxes = (operation: string, shape: Shape, axes: readonly number[]): number[] => {
  const resolved: number[] = []
  for (const axis of axes) {
    const fromFront = axis < 0 ? axis + shape.length : axis
    if (!Number.isInteger(axis) || fromFront < 0 || fromFront >= shape.length)
      throw new ShapeError(`${operation}: axis ${axis} is out of range for ${showShape(shape)}`)
    if (resolved.includes(fromFront))
      throw new ShapeError(`${operation}: axis ${axis} is repeated in ${showShape(axes)}`)
    resolved.push(fromFront)
  }
  return resolved
}
