import { type BroadcastFromRight, broadcastShapes } from './broadcast.ts'
import { type Shape, showShape } from './dim.ts'
import { ShapeError } from './error.ts'
import type { Refused } from './guard.ts'
import type { Show, ShowDim } from './show.ts'
import type { Same } from './verdict.ts'

/** The shape of A @ B, `[…batch, M, K] @ […batch, K, N]`, or a message. */
export type MatMul<A extends Shape, B extends Shape, Moment> = number extends A['length'] | B['length']
  ? number[]
  : A extends readonly [...infer ABatch, infer M extends number, infer K extends number]
    ? B extends readonly [...infer BBatch, infer L extends number, infer N extends number]
      ? Same<Moment, K, L> extends true
        ? BroadcastFromRight<ABatch, BBatch, [M, N], 'matmul', A, B, Moment>
        : Refused<`matmul: inner dimensions differ: ${Show<A>} @ ${Show<B>} (${ShowDim<K, Moment>} ≠ ${ShowDim<L, Moment>})`>
      : Refused<`matmul: right operand ${Show<B>} must have rank 2 or more`>
    : Refused<`matmul: left operand ${Show<A>} must have rank 2 or more`>

/**
 * The run-time twin of `MatMul`. Throws its message as a `ShapeError`.
 *
 * ```ts
 * matmulShape([8, 128, 784], [784, 400]) // → [8, 128, 400]
 * ```
 */
export const matmulShape = (left: Shape, right: Shape): number[] => {
  if (left.length < 2)
    throw new ShapeError(`matmul: left operand ${showShape(left)} must have rank 2 or more`)
  if (right.length < 2)
    throw new ShapeError(`matmul: right operand ${showShape(right)} must have rank 2 or more`)
  const k = left[left.length - 1]!
  const l = right[right.length - 2]!
  if (k !== l)
    throw new ShapeError(
      `matmul: inner dimensions differ: ${showShape(left)} @ ${showShape(right)} (${k} ≠ ${l})`,
    )
  const batch = broadcastShapes('matmul', left.slice(0, -2), right.slice(0, -2), [left, right])
  return [...batch, left[left.length - 2]!, right[right.length - 1]!]
}
