import {
  type AddNatural,
  type AnyTensor,
  type Digit,
  type DType,
  type Guard,
  type Key,
  type Refused,
  type Result,
  type Shape,
  ShapeError,
  split,
  type TensorOf,
} from '@vae/tensor'
import {
  type AnyLayer,
  type ForwardOf,
  type Layer,
  layerOf,
  type ParamsOf,
  type ShapeFunction,
} from '../layer.ts'

/** The parameters of a sequence: those of its layers. */
export type SequentialParams<Ls> = { -readonly [K in keyof Ls]: ParamsOf<Ls[K]> }

/** The shape after all layers, or the first refusal with the number of its layer. */
export type ForwardAll<Ls extends readonly unknown[], S, D> = number extends Ls['length']
  ? number[]
  : ForwardFrom<Ls, `${Ls['length']}`, '', '0', S, D>

/**
 * `ForwardAll` from the layer whose index has the digits `Tens` and `Unit`. The index is a text and the list is never
 * taken apart: a tuple that shrinks or grows at each step would cost its length in types every time.
 */
export type ForwardFrom<
  Ls extends readonly unknown[],
  Length extends string,
  Tens extends string,
  Unit extends Digit,
  S,
  D,
> = `${Tens}${Unit}` extends Length
  ? S
  : ForwardOf<Ls[`${Tens}${Unit}` & keyof Ls], S, D> extends infer Out
    ? Out extends Refused<infer Message>
      ? Refused<`layer ${Successor<`${Tens}${Unit}`>}: ${Message}`>
      : Unit extends '9'
        ? ForwardFrom<Ls, Length, Successor<Tens>, '0', Out, 'f32'>
        : ForwardFrom<Ls, Length, Tens, NextDigit[Unit], Out, 'f32'>
    : never

/** The digit after each. */
export type NextDigit = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']

/** The number after N, which is a text; after nothing comes 1. */
export type Successor<N extends string> = N extends `${infer Value extends number}`
  ? `${AddNatural<Value, 1>}`
  : '1'

export interface SequentialForward<Ls extends readonly unknown[]> extends ShapeFunction {
  readonly out: ForwardAll<Ls, this['in'], this['dtype']>
}

/** The layers of a sequence, one after the other. */
export type ApplySequential<Ls extends readonly unknown[]> = <S extends Shape, D extends DType>(
  x: Guard<ForwardAll<Ls, S, D>, TensorOf<S, D>>,
) => Result<ForwardAll<Ls, S, D>>

/** A sequence of layers as a layer. */
export interface Sequential<Ls extends readonly unknown[]>
  extends Layer<SequentialParams<Ls>, ApplySequential<Ls>, SequentialForward<Ls>> {}

/** Runs a layer or an operation that stands for one. */
export const applyLayer = (layer: AnyLayer, params: unknown, x: AnyTensor): AnyTensor => {
  const f = typeof layer === 'function' ? layer : layer.apply(params as never)
  return (f as (x: AnyTensor) => AnyTensor)(x)
}

/** The parameters of a layer; none for an operation that stands for one. */
export const initLayer = (layer: AnyLayer, key: Key): unknown =>
  typeof layer === 'function' ? {} : layer.init(key)

/**
 * Layers applied one after the other. Operations on each element, such as `relu`, stand for layers without parameters;
 * the parameters are a tuple with those of each layer.
 *
 * ```ts
 * const classifier = sequential([flatten(), linear(784, 400), relu, linear(400, 10)])
 * classifier.apply(classifier.init(key(0)))(zeros([128, 1, 28, 28])) // Tensor<[128, 10]>
 * ```
 *
 * Layers that do not fit do not compile, before there is any input.
 *
 * ```ts
 * sequential([linear(784, 400), relu, linear(300, 10)])
 * // error: layer 3: linear(300, 10): input has 400 features: […]
 * ```
 */
export const sequential = <const Ls extends readonly AnyLayer[]>(
  layers: Guard<ForwardAll<Ls, number[], DType>, readonly [...Ls]>,
): Sequential<Ls> => {
  const all = layers as readonly AnyLayer[]
  return layerOf<Layer<readonly unknown[], unknown>>({
    init: (key) => {
      const keys = split(key, all.length)
      return all.map((layer, index) => initLayer(layer, keys[index]!))
    },
    apply: (params) => (x) =>
      all.reduce((h, layer, index) => {
        try {
          return applyLayer(layer, params[index], h)
        } catch (error) {
          if (error instanceof ShapeError) throw new ShapeError(`layer ${index + 1}: ${error.message}`)
          throw error
        }
      }, x),
  }) as never
}
