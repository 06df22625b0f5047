import { type AnyTensor, bind, showShape, type Tensor, type Tree, unflatten } from '@vae/tensor'
import { recordFunction } from './function.ts'
import { replay } from './interpret.ts'
import { vjpTape } from './vjp.ts'

/** What a differentiated function returns: a scalar loss, or a record with one and anything beside it. */
export type Loss = Tensor<[]> | { readonly loss: Tensor<[]> }

/** What was returned beside the loss. */
export type Auxiliary<R extends Loss> = R extends Tensor<[]> ? unknown : Omit<R, 'loss'>

/** The loss, its gradient in the type of the parameters, and what the function returned beside the loss. */
export type ValueAndGrad<P, R extends Loss> = { readonly value: Tensor<[]>; readonly grad: P } & Auxiliary<R>

const lossOf = (result: Loss): AnyTensor => ('loss' in result ? result.loss : result)

/**
 * The value of `f` and its gradient with respect to the first argument, one tree of parameters; the gradient
 * has exactly the type of that tree. Where `f` returns a record, its `loss` is differentiated and the rest is
 * handed through. Nests: the result may be differentiated or compiled again.
 *
 * ```ts
 * const { value, grad } = valueAndGrad((w: Tensor<[3]>) => sum(square(w), [0]))(tensor([3], [1, 2, 3]))
 * // value = 14, grad = [2, 4, 6]
 * ```
 *
 * Throws when the loss is not a scalar of dtype f32.
 */
export const valueAndGrad =
  <P extends Tree<P>, A extends readonly unknown[], R extends Loss>(f: (params: P, ...rest: A) => R) =>
  (params: P, ...rest: A): ValueAndGrad<P, R> => {
    const { tape, inputs, captured, ranges, rebuild } = recordFunction(
      // The loss goes first, so that the gradient of output 0 is asked for.
      (...args: [P, ...A]) => {
        const result = f(...args)
        return { '': lossOf(result), result }
      },
      [params, ...rest],
    )
    const { shape, dtype } = tape.values[tape.outputs[0]!]!
    if (shape.length !== 0 || dtype !== 'f32')
      throw new TypeError(
        `grad: the loss must be a scalar, f32[], it is ${dtype}${showShape(shape)}: sum or average it first`,
      )
    const wrt = ranges[0]!
    const gradient = vjpTape(tape, wrt, [0])
    const one = bind('fill', [], { value: 1, shape: [], dtype: 'f32' })
    const values = replay(gradient, [...inputs, ...captured, one])
    const outputs = gradient.outputs.map((id) => values[id]!)
    const { result } = rebuild(outputs.slice(0, tape.outputs.length))
    const grad = unflatten(params, outputs.slice(tape.outputs.length))
    const { loss: value, ...auxiliary } = 'loss' in result ? result : { loss: result }
    return { value, grad, ...auxiliary } as ValueAndGrad<P, R>
  }

/**
 * The gradient of a scalar function with respect to its first argument, in the type of that argument.
 *
 * ```ts
 * const gradient = grad((x: Tensor<[]>) => mul(x, x))(tensor([], [3])) // 6
 * ```
 */
export const grad =
  <P extends Tree<P>, A extends readonly unknown[]>(f: (params: P, ...rest: A) => Loss) =>
  (params: P, ...rest: A): P =>
    valueAndGrad(f)(params, ...rest).grad
