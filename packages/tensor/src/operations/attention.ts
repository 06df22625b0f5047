import type { DType } from '../dtype.ts'
import { type Attention, checkAttention } from '../shape/attention.ts'
import type { Shape } from '../shape/dim.ts'
import type { Guard, Result } from '../shape/guard.ts'
import type { AnyTensor, Tensor, TensorOf } from '../tensor.ts'
import { apply, broadcast, scalar } from './apply.ts'
import { softmax } from './order.ts'

/** Which positions a query sees. */
export interface AttentionOptions {
  /** Query t sees keys 0 … t only; with more keys than queries the last of both stand side by side. */
  readonly causal?: boolean
}

/** Scores `[…, T, S]` with −∞ where key s comes after query t. */
const maskFuture = (scores: AnyTensor): AnyTensor => {
  const [queries, keys] = [scores.shape.at(-2)!, scores.shape.at(-1)!]
  const shape = [queries, keys]
  const position = (axis: number) => apply<AnyTensor>('iota', [], { shape, axis, dtype: 'i32' })
  const latest = apply<AnyTensor>('add', [position(0), broadcast(scalar(keys - queries, 'i32'), shape)])
  const seen = apply<AnyTensor>('compare', [position(1), latest], { direction: 'le' })
  const nothing = broadcast(scalar(Number.NEGATIVE_INFINITY), scores.shape)
  return apply('select', [broadcast(seen, scores.shape), scores, nothing])
}

/**
 * softmax(Q · Kᵀ / √D) · V: for each of the T queries `[…batch, T, D]` the mean of the S values `[…batch, S, E]`,
 * weighted by how well the keys `[…batch, S, D]` fit. Vaswani et al., "Attention is all you need" (2017), equation 1.
 *
 * ```ts
 * const heads = zeros([2, 8, 10, 64])
 * scaledDotProductAttention(heads, heads, heads, { causal: true }) // Tensor<[2, 8, 10, 64]>
 * ```
 *
 * Shapes that do not fit do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * scaledDotProductAttention(zeros([2, 10, 64]), zeros([2, 12, 32]), zeros([2, 12, 64]))
 * // error: scaledDotProductAttention: queries and keys differ in size: [2, 10, 64] and [2, 12, 32] (64 ≠ 32)
 * ```
 */
export const scaledDotProductAttention = <
  Q extends Shape,
  K extends Shape,
  V extends Shape,
  D extends DType,
  E extends DType,
  F extends DType,
>(
  queries: TensorOf<Q, D>,
  keys: TensorOf<K, E>,
  values: Guard<Attention<'scaledDotProductAttention', Q, K, V, D | E | F>, TensorOf<V, F>>,
  { causal = false }: AttentionOptions = {},
): Result<Attention<'scaledDotProductAttention', Q, K, V, D | E | F>> => {
  const value = values as AnyTensor
  checkAttention('scaledDotProductAttention', queries, keys, value)
  const products = apply<AnyTensor>('matmul', [queries, keys], { transposeLeft: false, transposeRight: true })
  const scale = broadcast(scalar(1 / Math.sqrt(queries.shape.at(-1)!)), products.shape)
  const scores = apply<AnyTensor>('mul', [products, scale])
  const weights = softmax((causal ? maskFuture(scores) : scores) as Tensor<number[]>, -1)
  return apply('matmul', [weights, value], { transposeLeft: false, transposeRight: false })
}
