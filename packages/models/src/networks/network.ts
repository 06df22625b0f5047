import { recordFunction } from '@vae/autograd'
import {
  type AnyTensor,
  type Guard,
  type Key,
  key,
  type Refused,
  type Shape,
  type Tensor,
  zeros,
} from '@vae/tensor'
import { batchFor } from '../examples.ts'
import type { AnyLayer, ForwardOf, ParamsOf } from '../layer.ts'
import { applyLayer, initLayer } from '../layers/sequential.ts'

/**
 * A half of a model: a function from examples of shape In to examples of shape Out, with parameters P. Shapes are
 * those of one example, without the batch.
 */
export interface Network<In extends Shape, Out extends Shape, P> {
  readonly input: In
  readonly output: Out
  readonly init: (key: Key) => P
  readonly apply: (params: P) => <B extends number>(x: Tensor<[B, ...In]>) => Tensor<[B, ...Out]>
}

/** Any network, as guards see it. */
export interface AnyNetwork {
  readonly input: Shape
  readonly output: Shape
  readonly init: (key: Key) => unknown
  readonly apply: (params: never) => unknown
}

/** The shape of one example of a batch, or a refusal. */
export type ExampleOf<S> =
  S extends Refused<string> ? S : S extends readonly [unknown, ...infer Rest extends Shape] ? Rest : number[]

/** The shape that a layer makes of an example of shape In, or a refusal. */
export type OutputOf<L, In extends Shape> = ExampleOf<ForwardOf<L, [number, ...In], 'f32'>>

/** A shape, or that of which nothing is known in place of a refusal. */
export type KnownShape<S> = S extends Shape ? S : number[]

/** What a network is made of at run time. */
export interface NetworkParts {
  readonly init: (key: Key) => unknown
  readonly apply: (params: never) => (x: AnyTensor) => AnyTensor
}

/** What `parts` make of an example of shape `input`, found by recording: nothing is computed. */
const outputShape = (input: Shape, { init, apply }: NetworkParts): Shape => {
  const { tape } = recordFunction(
    (seed: Key, x: AnyTensor) => apply(init(seed) as never)(x),
    [key(0), zeros([1, ...input])],
  )
  return tape.values[tape.outputs[0]!]!.shape.slice(1)
}

/**
 * Gives parts the type of a network. The only place where networks leave the types behind: layers check their inputs at
 * run time, and so the output of the network is found here, or a `ShapeError` says what does not fit. A network takes
 * examples of its shape alone: else one that flattens would take those of half the size two by two.
 */
export const networkOf = <N extends AnyNetwork>(input: Shape, parts: NetworkParts): N =>
  ({
    input,
    output: outputShape(input, parts),
    init: parts.init,
    apply: (params: never) => (x: unknown) =>
      parts.apply(params)(batchFor('network', 'an example', input, x)),
  }) as unknown as N

/**
 * A layer, or a sequence of layers, as a network on examples of shape `input`.
 *
 * ```ts
 * const body = network([1, 28, 28], sequential([flatten(), linear(784, 400), relu]))
 * body.output // → [400]
 * body.apply(body.init(key(0)))(zeros([128, 1, 28, 28])) // Tensor<[128, 400]>
 * ```
 *
 * A layer that does not take such examples does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * network([784], linear(28, 400))
 * // error: linear(28, 400): input has 784 features: [?, 784]
 * ```
 */
export const network = <const In extends Shape, L extends AnyLayer>(
  input: readonly [...In],
  layer: Guard<OutputOf<L, In>, L>,
): Network<In, KnownShape<OutputOf<L, In>>, ParamsOf<L>> => {
  const body = layer as AnyLayer
  return networkOf(input, {
    init: (seed) => initLayer(body, seed),
    apply: (params) => (x) => applyLayer(body, params, x),
  })
}
