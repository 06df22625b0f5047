import type { Shape } from '../shape/dim.ts'
import { checkDType } from '../shape/dtype.ts'
import type { AnyTensor, Tensor } from '../tensor.ts'
import { lessEqual, select } from './comparison.ts'
import {
  add,
  erf,
  exp,
  log1p,
  mul,
  type NamedUnaryOperation,
  neg,
  sigmoid,
  type UnaryOperation,
} from './elementwise.ts'

/** A composed operation on floats under its own name, so that it is the one that refuses other dtypes. */
const named =
  <Name extends string>(name: Name, f: UnaryOperation): NamedUnaryOperation<Name> =>
  (x) => {
    const operand = x as AnyTensor
    checkDType(name, 'f32', operand.dtype)
    return f(operand as Tensor<number[]>) as never
  }

/**
 * max(x, 0) with gradient 0 at x ≤ 0. NaN stays NaN, so that a diverging model is seen.
 *
 * ```ts
 * relu(tensor([3], [-1, 0, 2])) // → [0, 0, 2]
 * ```
 */
export const relu = named('relu', <S extends Shape>(x: Tensor<S>): Tensor<S> => select(lessEqual(x, 0), 0, x))

/**
 * log(1 + e^x), without overflow: max(x, 0) + log(1 + e^−|x|).
 *
 * ```ts
 * softplus(tensor([3], [-1e4, 0, 1e4])) // → [0, 0.6931, 10000]
 * ```
 */
export const softplus = named('softplus', <S extends Shape>(x: Tensor<S>): Tensor<S> => {
  // By select and not by |x| and max(x, 0), whose kinks at 0 cancel in the value and the first derivative only:
  // this way each branch has all its derivatives at 0.
  const negative = lessEqual(x, 0)
  const belowZero = select(negative, x, neg(x))
  return add(select(negative, 0, x), log1p(exp(belowZero)))
})

/**
 * log(1 / (1 + e^−x)) = −softplus(−x): the log probability, in nats, of a Bernoulli variable with logit x.
 *
 * ```ts
 * logSigmoid(tensor([3], [-1e4, 0, 1e4])) // → [-10000, -0.6931, 0]
 * ```
 */
export const logSigmoid = named(
  'logSigmoid',
  <S extends Shape>(x: Tensor<S>): Tensor<S> => neg(softplus(neg(x))),
)

/**
 * x · sigmoid(x). Ramachandran, Zoph & Le, "Searching for activation functions" (2017).
 *
 * ```ts
 * silu(tensor([3], [-1, 0, 2])) // → [-0.2689, 0, 1.762]
 * ```
 */
export const silu = named('silu', <S extends Shape>(x: Tensor<S>): Tensor<S> => mul(x, sigmoid(x)))

/**
 * x · Φ(x) with Φ the normal distribution, exact by the error function. Hendrycks & Gimpel, "Gaussian error linear
 * units" (2016).
 *
 * ```ts
 * gelu(tensor([3], [-1, 0, 2])) // → [-0.1587, 0, 1.954]
 * ```
 */
export const gelu = named(
  'gelu',
  <S extends Shape>(x: Tensor<S>): Tensor<S> => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
)
