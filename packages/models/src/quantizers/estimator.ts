import { add, div, maximum, mul, sqrt, square, stopGradient, sub, sum, type Tensor } from '@vae/tensor'

/** How gradients get past the choice of a code, which has none of its own. */
export type Estimator = 'straight-through' | 'rotation'

/** `value` with the gradient of `carrier`: exactly the value, since x − x is 0. */
const withGradientOf = <N extends number, D extends number>(
  value: Tensor<[N, D]>,
  carrier: Tensor<[N, D]>,
): Tensor<[N, D]> => add(stopGradient(value), sub(carrier, stopGradient(carrier)))

/**
 * The codes, with the gradient passed to x as it is. Bengio, Léonard & Courville, "Estimating or propagating gradients
 * through stochastic neurons" (2013); van den Oord et al., "Neural discrete representation learning" (2017), section 3.2.
 *
 * ```ts
 * const loss = (x: Tensor<[1, 2]>) => sum(mul(straightThrough(x, tensor([1, 2], [1, 0])), 3), [0, 1])
 * grad(loss)(tensor([1, 2], [0.9, 0.2])) // → [[3, 3]]
 * ```
 *
 * @param x `[N, D]`
 * @param codes `[N, D]`
 */
export const straightThrough = <N extends number, D extends number>(
  x: Tensor<[N, D]>,
  codes: Tensor<[N, D]>,
): Tensor<[N, D]> => withGradientOf(codes, x)

/** Below this length a vector has no direction. */
const shortest = 1e-6

const lengths = <N extends number, D extends number>(x: Tensor<[N, D]>): Tensor<[N, 1]> =>
  maximum(sqrt(sum(square(x), [1], { keepDims: true })), shortest)

const dot = <N extends number, D extends number>(x: Tensor<[N, D]>, y: Tensor<[N, D]>): Tensor<[N, 1]> =>
  sum(mul(x, y), [1], { keepDims: true })

/**
 * The codes, as x rotated and scaled: q = λ R x, where λ = ‖q‖ / ‖x‖ and R, which rotates x onto q in their plane, count
 * as constants. So the gradient is turned and scaled as x was, and angles between gradient and code are kept. Fifty et
 * al., "Restructuring vector quantization with the rotation trick" (2024), section 4: R = I − 2 r rᵀ + 2 q̂ x̂ᵀ with
 * r the direction of x̂ + q̂.
 *
 * ```ts
 * const loss = (x: Tensor<[1, 2]>) => sum(rotateOnto(x, tensor([1, 2], [0, 2])), [0, 1])
 * grad(loss)(tensor([1, 2], [1, 0])) // → [[2, -2]]
 * ```
 *
 * @param x `[N, D]`
 * @param codes `[N, D]`
 */
export const rotateOnto = <N extends number, D extends number>(
  x: Tensor<[N, D]>,
  codes: Tensor<[N, D]>,
): Tensor<[N, D]> => {
  const [from, to] = [stopGradient(x), stopGradient(codes)]
  const [fromLength, toLength] = [lengths(from), lengths(to)]
  const [start, end] = [div(from, fromLength), div(to, toLength)]
  const between = add(start, end)
  const axis = div(between, lengths(between))
  const reflected = sub(x, mul(mul(axis, dot(x, axis)), 2))
  const rotated = add(reflected, mul(mul(end, dot(x, start)), 2))
  return withGradientOf(codes, mul(rotated, div(toLength, fromLength)))
}

/** The function of an estimator. */
export const estimators = {
  'straight-through': straightThrough,
  rotation: rotateOnto,
} satisfies Record<Estimator, typeof straightThrough>
