import type { AnyTensor, Tree } from '@vae/tensor'
import { tensorsIn } from './closure.ts'
import { type RecordedFunction, recordFunction } from './function.ts'
import { jvpTape } from './jvp.ts'
import { run } from './replay.ts'
import { showSpec } from './show.ts'
import { type Staged, stage } from './stage.ts'

/** Runs a function and prepares its derivative along the float tensors of the first `count` arguments. */
export const forward = <R>(
  recorded: RecordedFunction<R>,
  count: number = recorded.ranges.length,
): Staged<R> => {
  const wrt = recorded.ranges
    .slice(0, count)
    .flat()
    .filter((index) => recorded.inputs[index]!.dtype === 'f32')
  return stage(recorded, jvpTape(recorded.tape, wrt), wrt.length)
}

/** The float tensors of `tangents`, which must be those of `args`. */
export const tangentsFor = (name: string, args: unknown, tangents: unknown): AnyTensor[] => {
  const given = new Map(tensorsIn(tangents).map(({ path, tensor }) => [path, tensor]))
  return tensorsIn(args)
    .filter(({ tensor }) => tensor.dtype === 'f32')
    .map(({ path, tensor }) => {
      const tangent = given.get(path)
      if (tangent === undefined || showSpec(tangent) !== showSpec(tensor))
        throw new TypeError(
          `${name}: the tangent${path && ` of ${path}`} must be ${showSpec(tensor)}, it is ${tangent ? showSpec(tangent) : 'none'}`,
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
