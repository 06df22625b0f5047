import { resolveAxes } from './axis.ts'
import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Refused, Unless } from './guard.ts'
import type { DimAt } from './permute.ts'
import type { Show, ShowDim } from './show.ts'
import type { AtMost, IsCount } from './slice.ts'
import type { FindAxes, FindAxis, ReplaceAxis, Unknown } from './structure.ts'
import type { When } from './verdict.ts'

/** True when S has the axis A, or a message. */
export type HasAxis<S extends Shape, A extends number, Operation extends string> = Unless<
  FindAxis<S, A, Operation>,
  true
>

/** True when S has the axes in `List`, each once, or a message. */
export type HasAxes<S extends Shape, List extends Shape, Operation extends string> = Unless<
  FindAxes<S, List, Operation>,
  true
>

/** S with K elements along axis A, or a message. */
export type TopK<S extends Shape, K extends number, A extends number> = Unless<
  FindAxis<S, A, 'topK'>,
  TopKAt<FindAxis<S, A, 'topK'>, S, K, A>
>

/** `TopK` along an axis whose place is `Index`. */
export type TopKAt<Index, S extends Shape, K extends number, A extends number> =
  IsCount<K> extends false
    ? NoElements<K>
    : unknown extends Index
      ? Unknown<S>
      : AtMost<When<S>, K, DimAt<S, Index>> extends true
        ? ReplaceAxis<S, Index, K>
        : Refused<`topK: ${ShowDim<K, When<S>>} elements exceed the size ${ShowDim<DimAt<S, Index>, When<S>>} of axis ${A} in ${Show<S>}`>

export type NoElements<K extends number> =
  Refused<`topK: the number of elements must be a whole number of 0 or more, got ${K}`>

/**
 * The run-time twin of `TopK`: the axis counted from the front. Throws its message as a `ShapeError`.
 *
 * ```ts
 * topKAxis([128, 784], 10, -1) // → 1
 * ```
 */
export const topKAxis = (shape: Shape, k: number, axis: number): number => {
  const [index] = resolveAxes('topK', shape, [axis]) as [number]
  if (!Number.isInteger(k) || k < 0)
    throw new ShapeError(`topK: the number of elements must be a whole number of 0 or more, got ${k}`)
  if (k > shape[index]!)
    throw new ShapeError(
      `topK: ${k} elements exceed the size ${shape[index]} of axis ${axis} in ${showShape(shape)}`,
    )
  return index
}
