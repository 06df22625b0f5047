import { type AnyTensor, allocate, type TensorSpec } from '@vae/tensor'
import { closeOver, recordBody, tensorsIn } from './closure.ts'
import type { RecordedFunction } from './function.ts'
import { bindStructured } from './replay.ts'
import { showSpec } from './show.ts'

/** What a forward pass gives: the value of the function, and what its backward pass shall have. */
export interface WithResiduals<R, S> {
  readonly value: R
  readonly residuals: S
}

const sameSpec = (a: TensorSpec, b: TensorSpec): boolean => showSpec(a) === showSpec(b)

const specsOf = ({ tape }: RecordedFunction<unknown>): TensorSpec[] =>
  tape.outputs.map((id) => tape.values[id]!)

/** Has a shape and a dtype, which is all that a recording asks of an argument. */
const standIn = ({ shape, dtype }: TensorSpec): AnyTensor => ({ shape, dtype, data: allocate(dtype, 0) })

/** Throws unless `forward` gives the value that the function gives, by shape and dtype. */
const checkValue = (value: readonly TensorSpec[], expected: readonly TensorSpec[]): void => {
  const wrong = expected.findIndex((spec, index) => !value[index] || !sameSpec(spec, value[index]))
  if (wrong >= 0 || value.length !== expected.length)
    throw new TypeError(
      `customVjp: the function gives ${expected.map(showSpec).join(', ')}, the value of forward is ` +
        `${value.map(showSpec).join(', ')}`,
    )
}

/** The cotangents of the float arguments. Throws a sentence that names the first that does not fit. */
const cotangentsFor = (args: readonly unknown[], cotangents: readonly unknown[]): AnyTensor[] => {
  const found = new Map(tensorsIn(cotangents).map(({ path, tensor }) => [path, tensor]))
  return tensorsIn(args)
    .filter(({ tensor }) => tensor.dtype === 'f32')
    .map(({ path, tensor }) => {
      const cotangent = found.get(path)
      if (cotangent === undefined || !sameSpec(cotangent, tensor))
        throw new TypeError(
          `customVjp: backward must give ${showSpec(tensor)} for argument ${path}, it gives ` +
            (cotangent === undefined ? 'nothing' : showSpec(cotangent)),
        )
      return cotangent
    })
}

/**
 * A function with a derivative of its own. `f` gives the value; where it is differentiated, `forward` runs in its place
 * and gives the same value with residuals, and `backward` turns residuals and the cotangent of the value into the
 * cotangents of the arguments: a tuple with exactly their types, in which integers and booleans are ignored. A gradient
 * of the gradient differentiates `backward`.
 *
 * ```ts
 * // the gradient passes through rounding as if it were not there
 * const round = customVjp(
 *   (x: Tensor<[2]>) => floor(add(x, 0.5)),
 *   (x) => ({ value: floor(add(x, 0.5)), residuals: {} }),
 *   (_, cotangent) => [cotangent],
 * )
 * round(tensor([2], [0.2, 0.7])) // → [0, 1]
 * grad((x: Tensor<[2]>) => sum(square(round(x)), [0]))(tensor([2], [0.2, 0.7])) // → [0, 2]
 * ```
 *
 * Throws a `TypeError` when `forward` or `backward` give other shapes or dtypes, an error when it is differentiated with
 * respect to a tensor that it captures, and one in forward mode: `jvp` knows nothing of `backward`, unless of a gradient.
 */
export const customVjp =
  <A extends readonly unknown[], R, S>(
    f: (...args: A) => R,
    forward: (...args: NoInfer<A>) => WithResiduals<NoInfer<R>, S>,
    backward: (residuals: NoInfer<S>, cotangent: NoInfer<R>) => readonly [...NoInfer<A>],
  ) =>
  (...args: A): R => {
    const body = recordBody(f, args)
    const pass = recordBody((...standIns: A) => {
      const { value, residuals } = forward(...standIns)
      return [value, residuals] as const
    }, args)
    const results = specsOf(body)
    const given = specsOf(pass)
    const width = pass.outputPaths.filter((path) => path === '0' || path.startsWith('0.')).length
    checkValue(given.slice(0, width), results)
    // What stands in for residuals and cotangents: any tensors of the right shape and dtype.
    const [cotangent, residuals] = pass.rebuild(given.map(standIn))
    const pull = recordBody((r: S, c: R) => cotangentsFor(args, backward(r, c)), [residuals, cotangent])
    const { tapes, captured } = closeOver([body, pass, pull])
    const operands = [...body.inputs, ...captured]
    const parameters = {
      body: tapes[0]!,
      forward: tapes[1]!,
      backward: tapes[2]!,
      count: body.inputs.length,
    }
    return body.rebuild(bindStructured('customVjp', operands, parameters))
  }
