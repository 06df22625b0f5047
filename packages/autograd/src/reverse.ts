import { mapTensors } from '@vae/tensor'
import { tensorsIn } from './closure.ts'
import { type RecordedFunction, recordFunction } from './function.ts'
import { run } from './replay.ts'
import { showSpec } from './show.ts'
import { type Staged, stage } from './stage.ts'
import { vjpTape } from './vjp.ts'

/** A function at a point in reverse mode: cotangents are the seeds. */
export interface Reversed<R> extends Staged<R> {
  /** The outputs that have cotangents: floats. */
  readonly seeded: readonly number[]
}

/** Runs a function and prepares its gradients with respect to the tensors of the first `count` arguments. */
export const reverse = <R>(
  recorded: RecordedFunction<R>,
  count: number = recorded.ranges.length,
): Reversed<R> => {
  const { tape, ranges } = recorded
  const seeded = tape.outputs.flatMap((id, index) => (tape.values[id]!.dtype === 'f32' ? [index] : []))
  const gradient = vjpTape(tape, ranges.slice(0, count).flat(), seeded)
  return { ...stage(recorded, gradient, seeded.length), seeded }
}

/** The value of a function, and the linear map from cotangents of the value to cotangents of the arguments. */
export interface ValueAndPullback<A, R> {
  readonly value: R
  readonly pullback: (cotangent: R) => A
}

/**
 * The value of `f` and its pullback, the transposed derivative: it takes a cotangent, in the type of the value, to the
 * tuple of the cotangents of the arguments, in their types. The forward pass runs once, however often the pullback is
 * called. Integers and booleans have a cotangent of zeros in their own dtype.
 *
 * ```ts
 * const { value, pullback } = vjp((x: Tensor<[2]>, s: Tensor<[]>) => mul(x, s))(tensor([2], [1, 2]), full([], 3))
 * value // → [3, 6]
 * pullback(tensor([2], [1, 10])) // → [[3, 30], 21]
 * ```
 *
 * The pullback throws a `TypeError` when a cotangent has not the shape and dtype of its value.
 */
export const vjp =
  <A extends readonly unknown[], R>(f: (...args: A) => R) =>
  (...args: A): ValueAndPullback<A, R> => {
    const { value, outputs, outputPaths, seeded, tape, residuals } = reverse(recordFunction(f, args))
    const pullback = (cotangent: R): A => {
      const given = new Map(tensorsIn(cotangent).map(({ path, tensor }) => [path, tensor]))
      const seeds = seeded.map((index) => {
        const [path, expected] = [outputPaths[index]!, outputs[index]!]
        const seed = given.get(path)
        if (seed === undefined || showSpec(seed) !== showSpec(expected))
          throw new TypeError(
            `vjp: the cotangent${path && ` of ${path}`} must be ${showSpec(expected)}, it is ${seed ? showSpec(seed) : 'none'}`,
          )
        return seed
      })
      const gradients = run(tape, [...seeds, ...residuals])
      let next = 0
      return mapTensors(args, () => gradients[next++]!)
    }
    return { value, pullback }
  }
