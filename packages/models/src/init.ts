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

/** How many numbers each output of a layer sees, and how many outputs see each input. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/**
 * Uniform on ±√(6 / (fanIn + fanOut)): the variance of what goes forward and of gradients that come back stays about the
 * same from layer to layer, for tanh and other activations of slope 1 at 0.
 *
 * ```ts
 * const weight = glorotUniform(key(0), [200, 100], { fanIn: 200, fanOut: 100 })
 * weight.data.every((w) => Math.abs(w) <= Math.sqrt(0.02)) // → true
 * ```
 *
 * A negative size or a fraction does not compile, or throws a `ShapeError`.
 *
 * @see X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks" (AISTATS 2010),
 * equation 16
 */
export const glorotUniform = <const S extends Shape, Moment = Now>(
  key: Key,
  shape: GuardShape<Moment, S, 'glorotUniform'>,
  { fanIn, fanOut }: Fans,
): Tensor<S> => {
  const sizes = shape as readonly [...S]
  checkSizes('glorotUniform', sizes)
  return mul(sub(mul(uniform(key, sizes), 2), 1), Math.sqrt(6 / (fanIn + fanOut)))
}
