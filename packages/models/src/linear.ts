import {
  type Agrees,
  type AnyTensor,
  add,
  type Guard,
  type Key,
  markParameters,
  matmul,
  mul,
  type Pair,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  showShape,
  split,
  sub,
  type Tensor,
  uniform,
} from '@vae/tensor'
import type { Layer } from './layer.ts'

/** Parameters of a dense layer from I to O features. */
export interface LinearParams<I extends number, O extends number> {
  readonly weight: Tensor<[I, O]>
  readonly bias: Tensor<[O]>
}

/** True, or the message for an input with K features where I are expected. */
export type Features<I, K, S> =
  Pair<K, I> extends Agrees<K, I>
    ? true
    : `linear: expected ${ShowDim<I>} features, got ${ShowDim<K>}: ${Show<S>}`

/** `[…batch, I]` → `[…batch, O]`. */
export type ApplyLinear<I extends number, O extends number> = <Batch extends Shape, K extends number>(
  x: Guard<Features<I, K, [...Batch, K]>, Tensor<[...Batch, K]>>,
) => Tensor<[...Batch, O]>

/** A dense layer from I to O features. */
export interface Linear<I extends number, O extends number>
  extends Layer<LinearParams<I, O>, ApplyLinear<I, O>> {}

/** Uniform on (−bound, bound). */
const symmetric = <const S extends Shape>(key: Key, shape: readonly [...S], bound: number): Tensor<S> => {
  const centred = sub(mul(uniform(key, shape), 2), 1)
  return mul(centred, bound)
}

/**
 * A dense layer, x · W + b with W of shape `[inputs, outputs]`. Both start uniform on ±1/√inputs, as in
 * PyTorch.
 *
 * ```ts
 * const hidden = linear(784, 400)
 * const h = pipe(x, hidden.apply(hidden.init(key(0))), relu) // Tensor<[128, 784]> → Tensor<[128, 400]>
 * ```
 *
 * Another number of features does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * const decoder = linear(16, 784)
 * decoder.apply(decoder.init(key(0)))(x)
 * // error: linear: expected 16 features, got 784: [128, 784]
 * ```
 */
export const linear = <I extends number, O extends number>(inputs: I, outputs: O): Linear<I, O> => ({
  init: (key) => {
    const [forWeight, forBias] = split(key)
    const bound = 1 / Math.sqrt(inputs)
    return markParameters({
      weight: symmetric(forWeight, [inputs, outputs], bound),
      bias: symmetric(forBias, [outputs], bound),
    })
  },
  apply:
    ({ weight, bias }) =>
    <Batch extends Shape, K extends number>(
      input: Guard<Features<I, K, [...Batch, K]>, Tensor<[...Batch, K]>>,
    ) => {
      const x = input as Tensor<[...Batch, K]>
      if (x.shape.at(-1) !== inputs)
        throw new ShapeError(
          `linear: expected ${inputs} features, got ${x.shape.at(-1) ?? 'none'}: ${showShape(x.shape)}`,
        )
      // TypeScript cannot follow a product whose batch shape is a type parameter. After the check K is I, and the
      // product has the shape that the signature states.
      const [a, w, b]: readonly AnyTensor[] = [x, weight, bias]
      const y: AnyTensor = add(matmul(a as Tensor<number[]>, w as Tensor<number[]>), b as Tensor<number[]>)
      return y as Tensor<[...Batch, O]>
    },
})
