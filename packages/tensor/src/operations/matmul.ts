import type { DType } from '../dtype.ts'
import { broadcastShapes } from '../shape/broadcast.ts'
import type { Shape } from '../shape/dim.ts'
import { checkDType, type GuardDType } from '../shape/dtype.ts'
import type { Guard, Result } from '../shape/guard.ts'
import { type MatMul, matmulShape } from '../shape/matmul.ts'
import type { When } from '../shape/verdict.ts'
import type { AnyTensor, Operand } from '../tensor.ts'
import { apply, broadcast } from './apply.ts'

/**
 * The matrix product `[…batch, M, K] @ […batch, K, N]`; batch dimensions broadcast.
 *
 * ```ts
 * matmul(x, zeros([784, 400])) // Tensor<[128, 784]> @ Tensor<[784, 400]> → Tensor<[128, 400]>
 * ```
 *
 * Inner dimensions that differ do not compile; those that only the run knows throw a `ShapeError`.
 *
 * ```ts
 * matmul(x, zeros([400, 20]))
 * // error: matmul: inner dimensions differ: [128, 784] @ [400, 20] (784 ≠ 400)
 * ```
 */
export const matmul = <A extends Shape, B extends Shape, D extends DType = 'f32', E extends DType = 'f32'>(
  a: GuardDType<'matmul', 'f32', D, Operand<A, D>>,
  b: GuardDType<'matmul', 'f32', E, Guard<MatMul<A, B, When<D | E>>, Operand<B, E>>>,
): Result<MatMul<A, B, When<D | E>>> => {
  const [left, right] = [a as AnyTensor, b as AnyTensor]
  checkDType('matmul', 'f32', left.dtype)
  checkDType('matmul', 'f32', right.dtype)
  matmulShape(left.shape, right.shape)
  const batch = broadcastShapes('matmul', left.shape.slice(0, -2), right.shape.slice(0, -2))
  return apply(
    'matmul',
    [
      broadcast(left, [...batch, ...left.shape.slice(-2)]),
      broadcast(right, [...batch, ...right.shape.slice(-2)]),
    ],
    { transposeLeft: false, transposeRight: false },
  )
}
