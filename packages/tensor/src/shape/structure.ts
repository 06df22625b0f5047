import type { AnyTensor } from '../tensor.ts'
import type { Add } from './arithmetic.ts'
import { type Axis, type AxisOutOfRange, type AxisProblem, type AxisUnion, resolveAxes } from './axis.ts'
import { type Shape, showShape } from './dim.ts'
import { anyDType, commonDType, type DTypeMismatch } from './dtype.ts'
import { ShapeError } from './error.ts'
import type { Agrees, Pair } from './guard.ts'
import type { DimAt } from './permute.ts'
import type { DropAxes } from './reduce.ts'
import type { Show, ShowDim } from './show.ts'

/** S with size X on the axis `Index`, which counts from the front. */
export type ReplaceAxis<S extends Shape, Index, X extends number> = {
  -readonly [K in keyof S]: K extends `${Index & number}` ? X : S[K]
}

/** S with every size unknown. */
export type SameRank<S extends Shape> = { -readonly [K in keyof S]: number }

/** What is known of a shape like S after a change along an unknown axis. */
export type Unknown<S extends Shape> = number extends S['length'] ? number[] : SameRank<S>

/** The axis A of S counted from the front, `unknown` where the compiler does not know it, or a message. */
export type FindAxis<S extends Shape, A extends number, Operation extends string> = number extends
  | S['length']
  | A
  ? unknown
  : [Axis<S, A>] extends [never]
    ? AxisOutOfRange<Operation, A, S>
    : Axis<S, A>

/** The union of the axes in the list as `[axes]`, `unknown` where the compiler does not know them, or a message. */
export type FindAxes<S extends Shape, List extends Shape, Operation extends string> = number extends
  | S['length']
  | List['length']
  | List[number]
  ? unknown
  : AxisUnion<S, List> extends infer Axes
    ? AxisProblem<Axes, S, List, Operation> extends infer Problem extends string
      ? Problem
      : [Axes]
    : never

/** S without its axes `List`, which must have size 1, or a message. */
export type Squeeze<S extends Shape, List extends Shape> =
  FindAxes<S, List, 'squeeze'> extends infer Found
    ? Found extends string
      ? Found
      : Found extends [infer Axes]
        ? AllOne<S, List> extends infer Message extends string
          ? Message
          : DropAxes<S, Axes>
        : number[]
    : never

export type AllOne<S extends Shape, List> = List extends readonly [infer A extends number, ...infer Rest]
  ? Pair<DimAt<S, Axis<S, A>>, 1> extends Agrees<DimAt<S, Axis<S, A>>, 1>
    ? AllOne<S, Rest>
    : `squeeze: axis ${A} of ${Show<S>} has size ${ShowDim<DimAt<S, Axis<S, A>>>}, not 1`
  : true

/**
 * The run-time twin of `Squeeze`. Throws its message as a `ShapeError`.
 *
 * ```ts
 * squeezeShape([128, 1, 28, 1], [1, -1]) // → [128, 28]
 * ```
 */
export const squeezeShape = (shape: Shape, axes: readonly number[]): number[] => {
  const resolved = resolveAxes('squeeze', shape, axes)
  resolved.forEach((axis, index) => {
    if (shape[axis] !== 1)
      throw new ShapeError(
        `squeeze: axis ${axes[index]} of ${showShape(shape)} has size ${shape[axis]}, not 1`,
      )
  })
  return shape.filter((_, axis) => !resolved.includes(axis))
}

/** S with a new axis of size X at the place `Index`. */
export type InsertAxis<
  S extends Shape,
  Index,
  X extends number,
  Before extends Shape = [],
> = Before['length'] extends Index
  ? [...Before, X, ...S]
  : S extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? InsertAxis<Rest, Index, X, [...Before, First]>
    : never

/** S with a new axis of size X, which is axis A of the result, or a message. */
export type ExpandDims<
  S extends Shape,
  A extends number,
  X extends number = 1,
  Operation extends string = 'expandDims',
> = number extends S['length']
  ? number[]
  : number extends A
    ? SameRank<[...S, number]>
    : [Axis<[...S, 1], A>] extends [never]
      ? AxisOutOfRange<Operation, A, S>
      : InsertAxis<S, Axis<[...S, 1], A>, X>

/**
 * The run-time twin of `ExpandDims`: the place of the new axis. Throws its message as a `ShapeError`.
 *
 * ```ts
 * newAxis('expandDims', [128, 784], -1) // → 2
 * ```
 */
export const newAxis = (operation: string, shape: Shape, axis: number): number => {
  const fromFront = axis < 0 ? axis + shape.length + 1 : axis
  if (!Number.isInteger(axis) || fromFront < 0 || fromFront > shape.length)
    throw new ShapeError(`${operation}: axis ${axis} is out of range for ${showShape(shape)}`)
  return fromFront
}

/** S with the axes A and B exchanged, or a message. */
export type SwapAxes<S extends Shape, A extends number, B extends number> = [
  FindAxis<S, A, 'swapAxes'>,
  FindAxis<S, B, 'swapAxes'>,
] extends [infer I, infer J]
  ? I extends string
    ? I
    : J extends string
      ? J
      : unknown extends I | J
        ? Unknown<S>
        : {
            -readonly [K in keyof S]: K extends `${I & number}`
              ? DimAt<S, J>
              : K extends `${J & number}`
                ? DimAt<S, I>
                : S[K]
          }
  : never

/**
 * The shape of tensors of shapes A and B, of one rank, joined along axis `Index` (none when that is never), or a message,
 * which shows `From` and `To` and says `Where` they differ.
 */
export type Join<
  A,
  B,
  Index,
  Operation extends string,
  Where extends string,
  From,
  To,
  Out extends Shape = [],
> = A extends readonly [infer X extends number, ...infer ARest]
  ? B extends readonly [infer Y extends number, ...infer BRest]
    ? Out['length'] extends Index
      ? Join<ARest, BRest, Index, Operation, Where, From, To, [...Out, Add<X, Y>]>
      : Pair<X, Y> extends Pair<Y, Y> | Pair<X, number>
        ? Join<ARest, BRest, Index, Operation, Where, From, To, [...Out, X]>
        : Pair<X, Y> extends Pair<number, Y>
          ? Join<ARest, BRest, Index, Operation, Where, From, To, [...Out, Y]>
          : `${Operation}: shapes ${Show<From>} and ${Show<To>} differ${Where} (${ShowDim<X>} ≠ ${ShowDim<Y>})`
    : never
  : Out

/** Joins the shapes in `Rest` to `Joined` one after the other. */
export type JoinAll<
  Joined,
  Rest,
  Index,
  Operation extends string,
  Where extends string,
  First extends Shape,
> = Rest extends readonly [infer S extends Shape, ...infer More]
  ? number extends S['length']
    ? number[]
    : S['length'] extends First['length']
      ? Join<Joined, S, Index, Operation, Where, First, S> extends infer Next
        ? Next extends string
          ? Next
          : JoinAll<Next, More, Index, Operation, Where, First>
        : never
      : `${Operation}: ranks differ: ${Show<First>} and ${Show<S>}`
  : Joined

/** Where shapes may not differ that are joined along axis A. */
export type OutsideAxis<A extends number> = ` outside axis ${A}`

/**
 * The run-time twin of `Join`. Throws its message as a `ShapeError`.
 *
 * ```ts
 * checkJoin('concat', [8, 3, 4], [8, 5, 4], 1, ' outside axis 1')
 * ```
 */
export const checkJoin = (
  operation: string,
  left: Shape,
  right: Shape,
  index: number,
  where: string,
): void => {
  if (left.length !== right.length)
    throw new ShapeError(`${operation}: ranks differ: ${showShape(left)} and ${showShape(right)}`)
  left.forEach((x, axis) => {
    if (axis !== index && x !== right[axis])
      throw new ShapeError(
        `${operation}: shapes ${showShape(left)} and ${showShape(right)} differ${where} (${x} ≠ ${right[axis]})`,
      )
  })
}

/** The shape of tensors of shapes `Shapes` joined along axis A, or a message. */
export type Concat<Shapes, A extends number> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest,
]
  ? FindAxis<First, A, 'concat'> extends infer Index
    ? Index extends string
      ? Index
      : unknown extends Index
        ? Unknown<First>
        : JoinAll<First, Rest, Index, 'concat', OutsideAxis<A>, First>
    : never
  : Shapes extends readonly []
    ? NoTensors<'concat'>
    : Shapes extends readonly (infer S extends Shape)[]
      ? FindAxis<S, A, 'concat'> extends infer Index
        ? Index extends string
          ? Index
          : unknown extends Index
            ? Unknown<S>
            : ReplaceAxis<S, Index, number>
        : never
      : never

export type NoTensors<Operation extends string> = `${Operation}: at least one tensor is needed`

/** The shape of tensors of shapes `Shapes` side by side along a new axis A, or a message. */
export type Stack<Shapes, A extends number> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest,
]
  ? number extends First['length']
    ? number[]
    : JoinAll<First, Rest, never, 'stack', '', First> extends infer Common extends Shape
      ? ExpandDims<Common, A, Shapes['length'] & number, 'stack'>
      : JoinAll<First, Rest, never, 'stack', '', First>
  : Shapes extends readonly []
    ? NoTensors<'stack'>
    : Shapes extends readonly (infer S extends Shape)[]
      ? ExpandDims<S, A, number, 'stack'>
      : never

/** The shapes of several tensors. */
export type ShapesOf<T> = {
  -readonly [K in keyof T]: T[K] extends { readonly shape: infer S extends Shape } ? S : never
}

/** True when all tensors have the dtype of the first, or a message. */
export type OneDType<T extends readonly AnyTensor[], Operation extends string> = T extends readonly [
  infer First extends AnyTensor,
  ...unknown[],
]
  ? [T[number]['dtype']] extends [First['dtype']]
    ? true
    : DTypeMismatch<Operation, First['dtype'], Exclude<T[number]['dtype'], First['dtype']>>
  : true

/** The dtype of several tensors, which share one. */
export type DTypeOfAll<T extends readonly AnyTensor[]> = T[number]['dtype']

/**
 * The run-time twin of `OneDType`. Throws its message as a `ShapeError`, also for no tensors at all.
 *
 * ```ts
 * checkOneDType('concat', [zeros([2]), zeros([3])])
 * ```
 */
export const checkOneDType = (operation: string, tensors: readonly AnyTensor[]): void => {
  const [first, ...rest] = tensors
  if (first === undefined) throw new ShapeError(`${operation}: at least one tensor is needed`)
  for (const { dtype } of rest) commonDType(operation, anyDType, first.dtype, dtype)
}
