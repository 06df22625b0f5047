import {
  checkSizes,
  type GuardShape,
  type Key,
  mul,
  type Now,
  type Shape,
  sub,
  type Tensor,
  uniform,
} from '@vae/tensor'

/**
 * Uniform on ±1/√fanIn, with fanIn the number of inputs that each output sees: what PyTorch starts linear and
 * convolutional layers with, weights and biases (He et al., "Delving deep into rectifiers", 2015, with a = √5).
 *
 * ```ts
 * const weight = kaimingUniform(key(0), [784, 400], 784)
 * weight.data.every((w) => Math.abs(w) <= 1 / 28) // → true
 * ```
 *
 * A negative size or a fraction does not compile, or throws a `ShapeError`.
 */
export const kaimingUniform = <const S extends Shape, Moment = Now>(
  key: Key,
  shape: GuardShape<Moment, S, 'kaimingUniform'>,
  fanIn: number,
): Tensor<S> => {
  const sizes = shape as readonly [...S]
  checkSizes('kaimingUniform', sizes)
  const centred = sub(mul(uniform(key, sizes), 2), 1)
  return mul(centred, 1 / Math.sqrt(fanIn))
}
