import {
  type AnyTensor,
  add,
  type DimsOf,
  type DType,
  type Guard,
  type Known,
  type Pair,
  type Refused,
  type Result,
  type Same,
  type Shape,
  ShapeError,
  type Show,
  type ShowDim,
  sameShape,
  showShape,
  split,
  type Tensor,
  type TensorOf,
  type When,
} from '@vae/tensor'
import {
  type AnyLayer,
  type ForwardOf,
  type Layer,
  layerOf,
  type ParamsOf,
  type ShapeFunction,
} from '../layer.ts'
import { applyLayer, initLayer } from './sequential.ts'

/** The parameters of the body and of the shortcut. */
export interface ResidualParams<Body, Shortcut> {
  readonly body: ParamsOf<Body>
  readonly shortcut: ParamsOf<Shortcut>
}

/** What passes its input on: the shortcut of a residual layer that has no other. */
export interface Identity extends Layer<Readonly<Record<never, never>>, unknown, IdentityForward> {}

export interface IdentityForward extends ShapeFunction {
  readonly out: this['in']
}

/** The shape that a body and its shortcut share, or a message. */
export type Joined<A, B, Moment> =
  Known<Moment, A, B, Pair<B, B>, DimsOf<A> | DimsOf<B>> extends true
    ? A
    : A extends readonly unknown[]
      ? B extends readonly unknown[]
        ? number extends A['length']
          ? B
          : number extends B['length']
            ? A
            : JoinSizes<A, B, [], A, B, Moment>
        : never
      : never

export type JoinSizes<A, B, Out extends Shape, Body, Shortcut, Moment> = A extends readonly [
  infer X extends number,
  ...infer ARest,
]
  ? B extends readonly [infer Y extends number, ...infer BRest]
    ? Known<Moment, X, Y, Pair<Y, Y> | Pair<X, number>> extends true
      ? JoinSizes<ARest, BRest, [...Out, X], Body, Shortcut, Moment>
      : Same<Moment, X, Y> extends true
        ? JoinSizes<ARest, BRest, [...Out, Y], Body, Shortcut, Moment>
        : Refused<`residual: the body gives ${Show<Body>}, the shortcut ${Show<Shortcut>} (${ShowDim<X, Moment>} ≠ ${ShowDim<Y, Moment>})`>
    : Refused<`residual: the body gives ${Show<Body>}, the shortcut ${Show<Shortcut>}`>
  : B extends readonly []
    ? Out
    : Refused<`residual: the body gives ${Show<Body>}, the shortcut ${Show<Shortcut>}`>

/** The shape of body(x) + shortcut(x), or a refusal. */
export type ForwardResidual<Body, Shortcut, S, D> =
  ForwardOf<Body, S, D> extends infer A
    ? A extends Refused<string>
      ? A
      : ForwardOf<Shortcut, S, D> extends infer B
        ? B extends Refused<string>
          ? B
          : Joined<A, B, When<D>>
        : never
    : never

export interface ResidualForward<Body, Shortcut> extends ShapeFunction {
  readonly out: ForwardResidual<Body, Shortcut, this['in'], this['dtype']>
}

/** body(x) + shortcut(x). */
export type ApplyResidual<Body, Shortcut> = <S extends Shape, D extends DType>(
  x: Guard<ForwardResidual<Body, Shortcut, S, D>, TensorOf<S, D>>,
) => Result<ForwardResidual<Body, Shortcut, S, D>>

/** A layer that adds what a body makes of its input to what a shortcut makes of it. */
export interface Residual<Body, Shortcut>
  extends Layer<
    ResidualParams<Body, Shortcut>,
    ApplyResidual<Body, Shortcut>,
    ResidualForward<Body, Shortcut>
  > {}

const identity = layerOf<Identity>({ init: () => ({}), apply: () => (x) => x })

/**
 * body(x) + shortcut(x); the shortcut is x itself unless given. He et al., "Deep residual learning for image
 * recognition" (2016), equations 1 and 2.
 *
 * ```ts
 * const block = residual(sequential([linear(64, 256), gelu, linear(256, 64)]))
 * block.apply(block.init(key(0)))(zeros([128, 64])) // Tensor<[128, 64]>
 * ```
 *
 * A body that gives another shape does not compile where it is known, and not for an input otherwise.
 *
 * ```ts
 * const wider = residual(linear(64, 32))
 * wider.apply(wider.init(key(0)))(zeros([128, 64]))
 * // error: residual: the body gives [128, 32], the shortcut [128, 64] (32 ≠ 64)
 * ```
 */
export const residual = <Body extends AnyLayer, Shortcut extends AnyLayer = Identity>(
  body: Guard<ForwardResidual<Body, Shortcut, number[], DType>, Body>,
  shortcut?: Shortcut,
): Residual<Body, Shortcut> => {
  const main = body as AnyLayer
  const beside: AnyLayer = shortcut ?? identity
  return layerOf<Layer<{ readonly body: unknown; readonly shortcut: unknown }, unknown>>({
    init: (key) => {
      const [forBody, forShortcut] = split(key)
      return { body: initLayer(main, forBody), shortcut: initLayer(beside, forShortcut) }
    },
    apply: (params) => (x) => {
      const left = applyLayer(main, params.body, x)
      const right = applyLayer(beside, params.shortcut, x)
      if (!sameShape(left.shape, right.shape)) throw new ShapeError(differing(left.shape, right.shape))
      return add(left as Tensor<number[]>, right as Tensor<number[]>) as AnyTensor
    },
  }) as never
}

const differing = (body: Shape, shortcut: Shape): string => {
  const gives = `residual: the body gives ${showShape(body)}, the shortcut ${showShape(shortcut)}`
  const axis = body.findIndex((size, index) => size !== shortcut[index])
  return axis < 0 || shortcut[axis] === undefined ? gives : `${gives} (${body[axis]} ≠ ${shortcut[axis]})`
}
