import type { AnyTensor, DType, Key, RefusedDType, UnaryOperation } from '@vae/tensor'

/**
 * What a layer does to shapes, as a function on types: reads `this['in']` and `this['dtype']`, and gives `out`, the
 * shape of the result or a message. Results are f32.
 */
export interface ShapeFunction {
  readonly in: unknown
  readonly dtype: unknown
  readonly out: unknown
}

/** A shape function applied to a shape and a dtype. */
export type Forward<F extends ShapeFunction, S, D> = (F & { readonly in: S; readonly dtype: D })['out']

/** The name of the phantom member that carries the shape function of a layer; there is no such value. */
export declare const shapeFunction: unique symbol

/**
 * A layer is a value: it makes its parameters from a key, and applies them to an input. Nothing is stored, so
 * one layer serves any number of parameter trees. The function that `apply` returns has a signature of its own, which
 * fp-ts's `pipe` and `flow` follow; `sequential` and `residual` follow the shape function.
 */
export interface Layer<Params, Apply, F extends ShapeFunction = ShapeFunction> {
  readonly init: (key: Key) => Params
  readonly apply: (params: Params) => Apply
  readonly [shapeFunction]: F
}

/** The parameters of what has none. */
export type NoParams = Readonly<Record<never, never>>

/** Any layer, or an operation on each element, such as `relu`, that serves as one without parameters. */
export type AnyLayer = UntypedLayer | UnaryOperation

/** A layer as combinators see it. */
export interface UntypedLayer {
  readonly init: (key: Key) => unknown
  readonly apply: (params: never) => unknown
  readonly [shapeFunction]: ShapeFunction
}

/** The parameter tree of a layer. */
export type ParamsOf<L> = L extends { readonly init: (key: Key) => infer Params } ? Params : NoParams

/** The shape that a layer gives, or a message. */
export type ForwardOf<L, S, D> = L extends { readonly [shapeFunction]: infer F extends ShapeFunction }
  ? Forward<F, S, D>
  : 'f32' extends D
    ? S
    : RefusedDType<'operation', 'f32', D & DType>

/** What a layer is made of at run time. */
export interface LayerParts<Params> {
  readonly init: (key: Key) => Params
  readonly apply: (params: Params) => (x: AnyTensor) => AnyTensor
}

/**
 * Gives parts the type of a layer. The only place where layers leave the types behind: `apply` checks its input at run
 * time, with the sentences of the layer's type.
 */
export const layerOf = <L extends UntypedLayer>(parts: LayerParts<ParamsOf<L>>): L => parts as unknown as L
