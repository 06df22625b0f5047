import { type AnyTensor, mapTensors, showShape, type TensorSpec } from '@vae/tensor'
import { tensorsIn } from './closure.ts'
import { type RecordedFunction, recordFunction } from './function.ts'
import { splitTape } from './partial.ts'
import { run } from './replay.ts'
import type { Tape } from './tape.ts'
import { vjpTape } from './vjp.ts'

/** A function at a point in reverse mode: what is left to be computed once the cotangents are known. */
export interface Reversed<R> extends Pick<RecordedFunction<R>, 'outputPaths' | 'rebuild'> {
  readonly value: R
  /** Shape and dtype of each output. */
  readonly outputs: readonly TensorSpec[]
  /** The outputs that have cotangents: floats. */
  readonly seeded: readonly number[]
  /** From the cotangents of those, then the residuals, to the gradients. */
  readonly tape: Tape
  readonly residuals: readonly AnyTensor[]
}

/** Runs a function and prepares its gradients with respect to the tensors of the first `count` arguments. */
export const reverse = <R>(
  { tape, inputs, captured, ranges, outputPaths, rebuild }: RecordedFunction<R>,
  count: number = ranges.length,
): Reversed<R> => {
  const outputs = tape.outputs.map((id) => tape.values[id]!)
  const seeded = outputs.flatMap(({ dtype }, index) => (dtype === 'f32' ? [index] : []))
  const gradient = vjpTape(tape, ranges.slice(0, count).flat(), seeded)
  const cotangents = seeded.map((_, index) => tape.inputs.length + index)
  const { known, rest } = splitTape(gradient, cotangents, outputs.length)
  const computed = run(known, [...inputs, ...captured])
  return {
    value: rebuild(computed.slice(0, outputs.length)),
    outputs,
    outputPaths,
    rebuild,
    seeded,
    tape: rest,
    residuals: computed.slice(outputs.length),
  }
}

const show = ({ dtype, shape }: TensorSpec): string => `${dtype}${showShape(shape)}`

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
        if (seed === undefined || show(seed) !== show(expected))
          throw new TypeError(
            `vjp: the cotangent${path && ` of ${path}`} must be ${show(expected)}, it is ${seed ? show(seed) : 'none'}`,
          )
        return seed
      })
      const gradients = run(tape, [...seeds, ...residuals])
      let next = 0
      return mapTensors(args, () => gradients[next++]!)
    }
    return { value, pullback }
  }
