import type { AnyTensor } from '../tensor.ts'
import type { Add } from './arithmetic.ts'
import { type Axis, type AxisOutOfRange, type AxisProblem, type AxisUnion, resolveAxes } from './axis.ts'
import { type Shape, showShape } from './dim.ts'
import { anyDType, commonDType, type RefusedDType } from './dtype.ts'
import { ShapeError } from './error.ts'
import type { Pair, Refused, Unless } from './guard.ts'
import type { DimAt } from './permute.ts'
import type { DropAxes } from './reduce.ts'
import type { Show, ShowDim } from './show.ts'
import type { Known, Same, When } from './verdict.ts'

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
    ? Unless<AxisProblem<Axes, S, List, Operation>, [Axes]>
    : never

/** S without its axes `List`, which must have size 1, or a message. */
export type Squeeze<S extends Shape, List extends Shape> = Unless<
  FindAxes<S, List, 'squeeze'>,
  SqueezeAt<FindAxes<S, List, 'squeeze'>, S, List>
>

/** `Squeeze` of the axes whose places are `[Axes]`. */
export type SqueezeAt<Found, S extends Shape, List extends Shape> = Found extends readonly [infer Axes]
  ? Unless<AllOne<S, List>, DropAxes<S, Axes>>
  : number[]

export type AllOne<S extends Shape, List> = List extends readonly [infer A extends number, ...infer Rest]
  ? Same<When<List>, DimAt<S, Axis<S, A>>, 1> extends true
    ? AllOne<S, Rest>
    : Refused<`squeeze: axis ${A} of ${Show<S>} has size ${ShowDim<DimAt<S, Axis<S, A>>, When<S>>}, not 1`>
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
export type SwapAxes<S extends Shape, A extends number, B extends number> = Unless<
  FindAxis<S, A, 'swapAxes'>,
  Unless<FindAxis<S, B, 'swapAxes'>, SwapAt<S, FindAxis<S, A, 'swapAxes'>, FindAxis<S, B, 'swapAxes'>>>
>

/** `SwapAxes` of the axes whose places are I and J. */
export type SwapAt<S extends Shape, I, J> = unknown extends I | J
  ? Unknown<S>
  : {
      -readonly [K in keyof S]: K extends `${I & number}`
        ? DimAt<S, J>
        : K extends `${J & number}`
          ? DimAt<S, I>
          : S[K]
    }

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
      : Known<When<From>, X, Y, Pair<Y, Y> | Pair<X, number>> extends true
        ? Join<ARest, BRest, Index, Operation, Where, From, To, [...Out, X]>
        : Known<When<From>, X, Y, Pair<number, Y>> extends true
          ? Join<ARest, BRest, Index, Operation, Where, From, To, [...Out, Y]>
          : Refused<`${Operation}: shapes ${Show<From>} and ${Show<To>} differ${Where} (${ShowDim<X, When<From>>} ≠ ${ShowDim<Y, When<From>>})`>
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
      ? JoinMore<Join<Joined, S, Index, Operation, Where, First, S>, More, Index, Operation, Where, First>
      : Refused<`${Operation}: ranks differ: ${Show<First>} and ${Show<S>}`>
  : Joined

/** `JoinAll`, unless the shapes before gave a message. */
export type JoinMore<
  Joined,
  Rest,
  Index,
  Operation extends string,
  Where extends string,
  First extends Shape,
> = Joined extends Refused<string> ? Joined : JoinAll<Joined, Rest, Index, Operation, Where, First>

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
  ? Unless<FindAxis<First, A, 'concat'>, ConcatAt<FindAxis<First, A, 'concat'>, First, Rest, A>>
  : Shapes extends readonly []
    ? NoTensors<'concat'>
    : Shapes extends readonly (infer S extends Shape)[]
      ? Unless<FindAxis<S, A, 'concat'>, ConcatMany<FindAxis<S, A, 'concat'>, S>>
      : never

/** `Concat` along an axis whose place is `Index`. */
export type ConcatAt<Index, First extends Shape, Rest, A extends number> = unknown extends Index
  ? Unknown<First>
  : JoinAll<First, Rest, Index, 'concat', OutsideAxis<A>, First>

/** `Concat` of an unknown number of tensors of one shape. */
export type ConcatMany<Index, S extends Shape> = unknown extends Index
  ? Unknown<S>
  : ReplaceAxis<S, Index, number>

export type NoTensors<Operation extends string> = Refused<`${Operation}: at least one tensor is needed`>

/** The shape of tensors of shapes `Shapes` side by side along a new axis A, or a message. */
export type Stack<Shapes, A extends number> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest,
]
  ? number extends First['length']
    ? number[]
    : StackOf<JoinAll<First, Rest, never, 'stack', '', First>, A, Shapes['length'] & number>
  : Shapes extends readonly []
    ? NoTensors<'stack'>
    : Shapes extends readonly (infer S extends Shape)[]
      ? ExpandDims<S, A, number, 'stack'>
      : never

/** `Stack` of Count tensors whose common shape, or a message, is `Common`. */
export type StackOf<Common, A extends number, Count extends number> = Unless<
  Common,
  ExpandCommon<Common, A, Count>
>

export type ExpandCommon<Common, A extends number, Count extends number> = Common extends infer S extends
  Shape
  ? ExpandDims<S, A, Count, 'stack'>
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
    : RefusedDType<Operation, First['dtype'], Exclude<T[number]['dtype'], First['dtype']>>
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
