import { type AnyTensor, type Of, ShapeError, showShape, type TensorOf, type TensorSpec } from '@vae/tensor'
import { batchTape } from './batching.ts'
import { recordFunction } from './function.ts'
import { replay } from './replay.ts'

/** A tree with an axis of size B in front of every tensor. */
export type Batched<B extends number, T> =
  T extends TensorOf<infer S extends number[], infer D>
    ? Of<[B, ...S], D>
    : { readonly [K in keyof T]: Batched<B, T[K]> }

/** The size of the first axis, which all arguments share. */
const batchSize = (inputs: readonly AnyTensor[]): number => {
  const [first, ...rest] = inputs
  if (first === undefined) throw new ShapeError('vmap: an argument with a batch axis is needed')
  for (const { shape } of inputs)
    if (shape.length === 0) throw new ShapeError('vmap: every tensor needs a batch axis, a scalar has none')
  for (const { shape } of rest)
    if (shape[0] !== first.shape[0])
      throw new ShapeError(
        `vmap: batch sizes differ: ${showShape(first.shape)} and ${showShape(shape)} (${first.shape[0]} ≠ ${shape[0]})`,
      )
  return first.shape[0]!
}

const example = ({ shape, dtype }: AnyTensor): TensorSpec => ({ shape: shape.slice(1), dtype })

/**
 * Lifts a function of one example to a batch: every tensor of its arguments and of its result gets a new first axis. It
 * does what a loop would do, in one program; tensors that `f` captures, weights among them, are shared by all examples.
 *
 * ```ts
 * const norm = (x: Tensor<[3]>) => sqrt(sum(square(x), [0])) // one vector → Tensor<[]>
 * vmap(norm)(tensor([2, 3], [1, 2, 2, 3, 0, 4])) // → [3, 5]
 * ```
 *
 * Throws a `ShapeError` when the first axes of the arguments differ.
 */
export const vmap =
  <A extends readonly unknown[], R>(f: (...args: A) => R) =>
  <B extends number>(...args: { readonly [K in keyof A]: Batched<B, A[K]> }): Batched<B, R> => {
    const { tape, inputs, captured, rebuild } = recordFunction(
      // The stand-ins are single examples, which is what f takes.
      (...examples: readonly unknown[]) => f(...(examples as readonly unknown[] as A)),
      args as readonly unknown[],
      { specOf: example, capturesParameters: true },
    )
    const batched = batchTape(
      tape,
      inputs.map((_, index) => index),
      batchSize(inputs),
    )
    const values = replay(batched, [...inputs, ...captured])
    return rebuild(batched.outputs.map((id) => values[id]!)) as Batched<B, R>
  }
