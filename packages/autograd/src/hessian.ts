import type { Tree } from '@vae/tensor'
import { forward, tangentsFor } from './forward.ts'
import { recordFunction } from './function.ts'
import { grad, type ScalarLoss } from './grad.ts'
import { type Jacobian, jacobianForward } from './jacobian.ts'
import { run } from './replay.ts'

/**
 * All second derivatives of a scalar function with respect to its first argument: forward mode over reverse mode. The
 * Hessian at a `Tensor<[3]>` is a `Tensor<[3, 3]>`; at a tree it is a tree of trees, with a block for every pair of
 * tensors.
 *
 * ```ts
 * const f = (x: Tensor<[2]>) => sum(mul(x, mul(x, x)), [0])
 * hessian(f)(tensor([2], [1, 2])) // → [[6, 0], [0, 12]]
 * ```
 *
 * Throws like `valueAndGrad` and `jacobianForward`.
 */
export const hessian = <P extends Tree<P>, A extends readonly unknown[], R>(
  f: (params: P, ...rest: A) => ScalarLoss<R>,
): ((params: P, ...rest: A) => Jacobian<P, P>) => jacobianForward<P, A, P>(grad<P, A, R>(f))

/**
 * The product of the Hessian of a scalar function with a vector, which has the type of the first argument: forward mode
 * over reverse mode, about as fast as two gradients. The Hessian itself is never made. Source: Pearlmutter, "Fast exact
 * multiplication by the Hessian" (1994).
 *
 * ```ts
 * const f = (x: Tensor<[2]>) => sum(mul(x, mul(x, x)), [0])
 * hvp(f)(tensor([2], [1, 2]), tensor([2], [1, 10])) // → [6, 120]
 * ```
 *
 * Throws like `valueAndGrad`, and a `TypeError` when the vector has not the shapes of the argument.
 */
export const hvp =
  <P extends Tree<P>, A extends readonly unknown[], R>(f: (params: P, ...rest: A) => ScalarLoss<R>) =>
  (params: P, vector: NoInfer<P>, ...rest: A): P => {
    const { rebuild, tape, residuals } = forward(
      recordFunction<[P, ...A], P>(grad<P, A, R>(f), [params, ...rest]),
      1,
    )
    return rebuild(run(tape, [...tangentsFor('hvp', params, vector), ...residuals]))
  }
