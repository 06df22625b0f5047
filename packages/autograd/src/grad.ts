import {
  type AnyTensor,
  bind,
  type DType,
  isTensor,
  type Shape,
  type Show,
  showShape,
  type Tensor,
  type Tree,
  unflatten,
} from '@vae/tensor'
import { recordFunction } from './function.ts'
import { replay } from './replay.ts'
import { vjpTape } from './vjp.ts'

/** What a differentiated function returns: a scalar loss, or a record with one and anything beside it. */
export type Loss = Tensor<[]> | { readonly loss: Tensor<[]> }

/** The message for a loss that is no scalar of dtype f32. */
export type NotScalar<L> = L extends {
  readonly shape: infer S extends Shape
  readonly dtype: infer D extends DType
}
  ? `grad: the loss must be a scalar, f32[], it is ${D}${Show<S>}: sum or average it first`
  : 'grad: the loss must be a scalar, f32[], it is no tensor'

/**
 * R itself where it is a loss, or a message. It stands where a function returns it, which keeps functions with
 * type parameters of their own intact.
 */
export type ScalarLoss<R> = [R] extends [Loss]
  ? R
  : R extends { readonly loss: infer L }
    ? NotScalar<L>
    : NotScalar<R>

/** The run-time twin of `ScalarLoss`. Throws its message as a `TypeError`. */
const scalarLoss = (result: Loss): AnyTensor => {
  const loss: unknown = typeof result === 'object' && 'loss' in result ? result.loss : result
  if (!isTensor(loss)) throw new TypeError('grad: the loss must be a scalar, f32[], it is no tensor')
  const { shape, dtype } = loss
  if (shape.length !== 0 || dtype !== 'f32')
    throw new TypeError(
      `grad: the loss must be a scalar, f32[], it is ${dtype}${showShape(shape)}: sum or average it first`,
    )
  return loss
}

/** What was returned beside the loss. */
export type Auxiliary<R> = R extends Tensor<[]> ? unknown : Omit<R, 'loss'>

/** The loss, its gradient in the type of the parameters, and what the function returned beside the loss. */
export type ValueAndGrad<P, R> = { readonly value: Tensor<[]>; readonly grad: P } & Auxiliary<R>

/**
 * The value of `f` and its gradient with respect to the first argument, one tree of parameters; the gradient
 * has exactly the type of that tree. Where `f` returns a record, its `loss` is differentiated and the rest is
 * handed through. Nests: the result may be differentiated or compiled again.
 *
 * ```ts
 * const sumOfSquares = (w: Tensor<[3]>) => sum(square(w), [0])
 * valueAndGrad(sumOfSquares)(tensor([3], [1, 2, 3])) // → { value: 14, grad: [2, 4, 6] }
 * ```
 *
 * Throws a `TypeError` when the loss is not a scalar of dtype f32.
 */
export const valueAndGrad =
  <P extends Tree<P>, A extends readonly unknown[], R>(f: (params: P, ...rest: A) => ScalarLoss<R>) =>
  (params: P, ...rest: A): ValueAndGrad<P, R> => {
    const { tape, inputs, captured, ranges, rebuild } = recordFunction(
      // The loss goes first, so that the gradient of output 0 is asked for.
      (...args: [P, ...A]) => {
        // The type has made sure, and the check makes sure of what the type could not know.
        const result = f(...args) as Loss
        return { '': scalarLoss(result), result }
      },
      [params, ...rest],
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
 * The gradient of a scalar function with respect to its first argument, in the type of that argument. Throws
 * like `valueAndGrad`.
 *
 * ```ts
 * const cube = (x: Tensor<[]>) => mul(x, square(x))
 * grad(cube)(tensor([], [3])) // → 27
 * grad(grad(cube))(tensor([], [3])) // → 18
 * ```
 */
export const grad =
  <P extends Tree<P>, A extends readonly unknown[], R>(f: (params: P, ...rest: A) => ScalarLoss<R>) =>
  (params: P, ...rest: A): P =>
    valueAndGrad<P, A, R>(f)(params, ...rest).grad
