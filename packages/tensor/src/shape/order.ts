import { resolveAxes } from './axis.ts'
import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { DimAt } from './permute.ts'
import type { Show, ShowDim } from './show.ts'
import type { AtMost, IsCount } from './slice.ts'
import type { FindAxes, FindAxis, ReplaceAxis, Unknown } from './structure.ts'

/** True when S has the axis A, or a message. */
export type HasAxis<S extends Shape, A extends number, Operation extends string> =
  FindAxis<S, A, Operation> extends infer Message extends string ? Message : true

/** True when S has the axes in `List`, each once, or a message. */
export type HasAxes<S extends Shape, List extends Shape, Operation extends string> =
  FindAxes<S, List, Operation> extends infer Message extends string ? Message : true

/** S with K elements along axis A, or a message. */
export type TopK<S extends Shape, K extends number, A extends number> =
  FindAxis<S, A, 'topK'> extends infer Index
    ? Index extends string
      ? Index
      : IsCount<K> extends false
        ? NoElements<K>
        : unknown extends Index
          ? Unknown<S>
          : [AtMost<K, DimAt<S, Index>>] extends [true]
            ? ReplaceAxis<S, Index, K>
            : `topK: ${ShowDim<K>} elements exceed the size ${ShowDim<DimAt<S, Index>>} of axis ${A} in ${Show<S>}`
    : never

export type NoElements<K extends number> =
  `topK: the number of elements must be a whole number of 0 or more, got ${K}`

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
