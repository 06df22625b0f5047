import {
  type Product,
  relu,
  reshape,
  type Shape,
  sizeOf,
  type Tensor,
  type UnaryOperation,
} from '@vae/tensor'
import { type LinearParams, linear } from '../linear.ts'
import { checkLayerSizes } from '../size.ts'
import { type Network, networkOf } from './network.ts'
import type { LastOf } from './sizes.ts'
import { stack } from './stack.ts'

/** The parameters of dense layers between the given widths. */
export type MlpParams<Widths> = Widths extends readonly [
  infer I extends number,
  infer O extends number,
  ...infer Rest,
]
  ? [LinearParams<I, O>, ...MlpParams<[O, ...Rest]>]
  : Widths extends readonly [number]
    ? []
    : LinearParams<number, number>[]

/** How a multi-layer perceptron is built. */
export interface MlpOptions {
  /** What follows each hidden layer; `relu` unless given. Kingma & Welling use `tanh`. */
  readonly activation?: UnaryOperation
  /** What follows the last layer where an output shape is given; nothing unless given. */
  readonly outputActivation?: UnaryOperation
}

/**
 * A multi-layer perceptron on examples of any shape, which it flattens: a dense layer with an activation for each hidden
 * width and, where an output shape is given, one more dense layer to it, with no activation unless one is given.
 *
 * ```ts
 * const encoder = mlp([1, 28, 28], [400]) // Network<[1, 28, 28], [400], [LinearParams<784, 400>]>
 * const decoder = mlp([16], [400], [1, 28, 28])
 * decoder.apply(decoder.init(key(0)))(zeros([128, 16])) // Tensor<[128, 1, 28, 28]>
 * ```
 *
 * Throws a `ShapeError` for a width that is no whole number above 0.
 */
export function mlp<const In extends Shape, const Hidden extends Shape>(
  input: readonly [...In],
  hidden: readonly [...Hidden],
  options?: MlpOptions,
): Network<In, [LastOf<Hidden>], MlpParams<[Product<In>, ...Hidden]>>
export function mlp<const In extends Shape, const Hidden extends Shape, const Out extends Shape>(
  input: readonly [...In],
  hidden: readonly [...Hidden],
  output: readonly [...Out],
  options?: MlpOptions,
): Network<In, Out, MlpParams<[Product<In>, ...Hidden, Product<Out>]>>
export function mlp(
  input: Shape,
  hidden: Shape,
  outputOrOptions: Shape | MlpOptions = {},
  last?: MlpOptions,
): never {
  const output = isShape(outputOrOptions) ? outputOrOptions : null
  const { activation = relu, outputActivation } = last ?? (isShape(outputOrOptions) ? {} : outputOrOptions)
  const widths = [sizeOf(input), ...hidden, ...(output === null ? [] : [sizeOf(output)])]
  for (const width of widths) checkLayerSizes('mlp', { width })
  const { init, apply } = stack(
    widths.slice(1).map((width, index) => ({
      layer: linear(widths[index]!, width),
      after: index < hidden.length ? activation : outputActivation,
    })),
  )
  return networkOf(input, {
    init,
    apply: (params: readonly unknown[]) => (x) => {
      const y = apply(params)(reshape(x as Tensor<number[]>, [-1, widths[0]!]))
      return output === null ? y : reshape(y as Tensor<number[]>, [-1, ...output])
    },
  })
}

const isShape = (value: Shape | MlpOptions): value is Shape => Array.isArray(value)
