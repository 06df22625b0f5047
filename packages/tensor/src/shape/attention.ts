import type { DType } from '../dtype.ts'
import type { TensorSpec } from '../tensor.ts'
import { type Shape, sameShape, showShape } from './dim.ts'
import type { RefusedDType } from './dtype.ts'
import { ShapeError } from './error.ts'
import type { Refused } from './guard.ts'
import { type Label, type ShowLabel, showLabel, wrongDType } from './label.ts'
import type { Show, ShowDim } from './show.ts'
import type { Same, SameSizes, When } from './verdict.ts'

/** `[…batch, T, E]` for queries `[…batch, T, D]`, keys `[…batch, S, D]` and values `[…batch, S, E]`, or a message. */
export type Attention<L, Q extends Shape, K extends Shape, V extends Shape, D extends DType> = [D] extends [
  'f32',
]
  ? number extends Q['length'] | K['length'] | V['length']
    ? number[]
    : Q extends readonly [...infer Batch extends Shape, infer T extends number, infer QD extends number]
      ? K extends readonly [...infer KBatch, infer KS extends number, infer KD extends number]
        ? V extends readonly [...infer VBatch, infer VS extends number, infer E extends number]
          ? SameSizes<Batch, KBatch, When<D>> extends true
            ? SameSizes<Batch, VBatch, When<D>> extends true
              ? Same<When<D>, QD, KD> extends true
                ? Same<When<D>, KS, VS> extends true
                  ? [...Batch, T, E]
                  : Refused<`${ShowLabel<L>}: keys and values differ in length: ${Show<K>} and ${Show<V>} (${ShowDim<KS, When<D>>} ≠ ${ShowDim<VS, When<D>>})`>
                : Refused<`${ShowLabel<L>}: queries and keys differ in size: ${Show<Q>} and ${Show<K>} (${ShowDim<QD, When<D>>} ≠ ${ShowDim<KD, When<D>>})`>
              : Refused<`${ShowLabel<L>}: queries and values differ in their batch: ${Show<Q>} and ${Show<V>}`>
            : Refused<`${ShowLabel<L>}: queries and keys differ in their batch: ${Show<Q>} and ${Show<K>}`>
          : Refused<`${ShowLabel<L>}: values must have rank 2 or more: ${Show<V>}`>
        : Refused<`${ShowLabel<L>}: keys must have rank 2 or more: ${Show<K>}`>
      : Refused<`${ShowLabel<L>}: queries must have rank 2 or more: ${Show<Q>}`>
  : RefusedDType<ShowLabel<L>, 'f32', Exclude<D, 'f32'>>

/** The run-time twin of `Attention`. Throws its message as a `ShapeError`. */
export const checkAttention = (label: Label, q: TensorSpec, k: TensorSpec, v: TensorSpec): void => {
  const refuse = (message: string): never => {
    throw new ShapeError(`${showLabel(label)}: ${message}`)
  }
  for (const { dtype } of [q, k, v])
    if (dtype !== 'f32') throw new ShapeError(wrongDType(label, 'f32', dtype))
  for (const [name, { shape }] of [
    ['queries', q],
    ['keys', k],
    ['values', v],
  ] as const)
    if (shape.length < 2) refuse(`${name} must have rank 2 or more: ${showShape(shape)}`)
  const both = (one: TensorSpec, other: TensorSpec) => `${showShape(one.shape)} and ${showShape(other.shape)}`
  const batch = ({ shape }: TensorSpec) => shape.slice(0, -2)
  if (!sameShape(batch(q), batch(k))) refuse(`queries and keys differ in their batch: ${both(q, k)}`)
  if (!sameShape(batch(q), batch(v))) refuse(`queries and values differ in their batch: ${both(q, v)}`)
  if (q.shape.at(-1) !== k.shape.at(-1))
    refuse(`queries and keys differ in size: ${both(q, k)} (${q.shape.at(-1)} ≠ ${k.shape.at(-1)})`)
  if (k.shape.at(-2) !== v.shape.at(-2))
    refuse(`keys and values differ in length: ${both(k, v)} (${k.shape.at(-2)} ≠ ${v.shape.at(-2)})`)
}
