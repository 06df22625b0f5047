import { type AnyTensor, showShape, type TensorSpec, type Tree } from '@vae/tensor'
import { tensorsIn } from './closure.ts'
import { type RecordedFunction, recordFunction } from './function.ts'
import { jvpTape } from './jvp.ts'
import { splitTape } from './partial.ts'
import { run } from './replay.ts'
import type { Tape } from './tape.ts'

/** A function at a point in forward mode: what is left to be computed once the tangents are known. */
export interface Linearized<R> extends Pick<RecordedFunction<R>, 'outputPaths' | 'rebuild'> {
  readonly value: R
  /** Shape and dtype of each output. */
  readonly outputs: readonly TensorSpec[]
  /** From the tangents of the float inputs, then the residuals, to a tangent for each output. */
  readonly tape: Tape
  readonly residuals: readonly AnyTensor[]
}

/** Runs a function and prepares its derivative along the float tensors of the first `count` arguments. */
export const forward = <R>(
  { tape, inputs, captured, ranges, outputPaths, rebuild }: RecordedFunction<R>,
  count: number = ranges.length,
): Linearized<R> => {
  const outputs = tape.outputs.map((id) => tape.values[id]!)
  const wrt = ranges
    .slice(0, count)
    .flat()
    .filter((index) => inputs[index]!.dtype === 'f32')
  const tangents = wrt.map((_, index) => tape.inputs.length + index)
  const { known, rest } = splitTape(jvpTape(tape, wrt), tangents, outputs.length)
  const computed = run(known, [...inputs, ...captured])
  return {
    value: rebuild(computed.slice(0, outputs.length)),
    outputs,
    outputPaths,
    rebuild,
    tape: rest,
    residuals: computed.slice(outputs.length),
  }
}

const show = ({ dtype, shape }: TensorSpec): string => `${dtype}${showShape(shape)}`

/** The float tensors of `tangents`, which must be those of `args`. */
export const tangentsFor = (name: string, args: unknown, tangents: unknown): AnyTensor[] => {
  const given = new Map(tensorsIn(tangents).map(({ path, tensor }) => [path, tensor]))
  return tensorsIn(args)
    .filter(({ tensor }) => tensor.dtype === 'f32')
    .map(({ path, tensor }) => {
      const tangent = given.get(path)
      if (tangent === undefined || show(tangent) !== show(tensor))
        throw new TypeError(
          `${name}: the tangent${path && ` of ${path}`} must be ${show(tensor)}, it is ${tangent ? show(tangent) : 'none'}`,
        )
      return tangent
    })
}

/** The value of a function, and the linear map from tangents of the arguments to that of the value. */
export interface ValueAndLinear<A extends readonly unknown[], R> {
  readonly value: R
  readonly linear: (...tangents: A) => R
}

/**
 * The value of `f` and its derivative as a linear map, recorded once: it takes tangents, in the types of the arguments,
 * to the tangent of the value. What does not depend on the tangents is computed now, so that each call of the map does
 * the linear part only. Integers and booleans have no tangent: theirs are ignored, and zeros in the result.
 *
 * ```ts
 * const { value, linear } = linearize((x: Tensor<[2]>) => exp(x))(tensor([2], [0, 1]))
 * value // → [1, 2.718]
 * linear(tensor([2], [1, 0])) // → [1, 0]
 * linear(tensor([2], [0, 10])) // → [0, 27.18]
 * ```
 *
 * The map throws a `TypeError` when a tangent has not the shape and dtype of its argument.
 */
export const linearize =
  <A extends readonly unknown[], R>(f: (...args: A) => R) =>
  (...args: A): ValueAndLinear<A, R> => {
    const { value, rebuild, tape, residuals } = forward(recordFunction(f, args))
    return {
      value,
      linear: (...tangents) =>
        rebuild(run(tape, [...tangentsFor('linearize', args, tangents), ...residuals])),
    }
  }

/**
 * The value of `f` at `x` and its derivative along `tangent`, which has the type of `x`.
 *
 * ```ts
 * jvp(exp<[2]>, tensor([2], [0, 1]), ones([2])) // → { value: [1, 2.718], tangent: [1, 2.718] }
 * ```
 */
export const jvp = <X extends Tree<X>, R>(
  f: (x: X) => R,
  x: X,
  tangent: NoInfer<X>,
): { readonly value: R; readonly tangent: R } => {
  const { value, rebuild, tape, residuals } = forward(recordFunction((at: X) => f(at), [x]))
  return { value, tangent: rebuild(run(tape, [...tangentsFor('jvp', x, tangent), ...residuals])) }
}
