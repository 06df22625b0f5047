import {
  type Add,
  type AnyTensor,
  cast,
  type DType,
  type Guard,
  type Key,
  logSoftmax,
  markParameters,
  mul,
  type Now,
  neg,
  oneHot,
  type Product,
  type Shape,
  sizeOf,
  slice,
  split,
  squeeze,
  sum,
  type Tensor,
  type TensorOf,
} from '@vae/tensor'
import { type KnownSize, type VectorOf, vectorOf } from './encoder.ts'
import { type BatchOf, batchFor, type GuardExamples } from './examples.ts'
import { intensities } from './intensities.ts'
import { type LinearParams, linear } from './linear.ts'
import type { Network } from './networks/network.ts'
import { type Batch, type Evaluation, type NoState, weightedMean } from './objective.ts'
import { shaped } from './observation.ts'
import { checkLayerSizes, type GuardSize } from './size.ts'

/** The parameters of a body and of the dense layer that makes logits of its H features. */
export interface ClassifierParams<P, H extends number, C extends number> {
  readonly body: P
  readonly head: LinearParams<H, C>
}

/** The size of an image of shape S with its label as one more byte. */
export type LabelledSize<S extends Shape> = Add<Product<S>, 1>

/** The term of a classifier. */
export type CrossEntropyTerms<B extends number> = {
  /** −log p(label | x) in nats per example. */
  readonly crossEntropy: Tensor<[B]>
}

/** Tells C classes of examples of shape S by H features, as pure functions over one parameter tree. */
export interface Classifier<S extends Shape, H extends number, C extends number, P> {
  /** The shape of an example. */
  readonly example: S
  /** The number of features. */
  readonly features: H
  readonly classes: C
  readonly init: (key: Key) => { readonly params: ClassifierParams<P, H, C>; readonly state: NoState }
  /** What the body makes of examples, from which alone the classes are told. */
  readonly featuresOf: (
    params: ClassifierParams<P, H, C>,
  ) => <X extends Shape, D extends DType>(
    x: GuardExamples<'featuresOf', 'an example', S, X, D>,
  ) => Tensor<[BatchOf<X>, H]>
  /** log p(class | x) but for a constant of each example. */
  readonly logits: (
    params: ClassifierParams<P, H, C>,
  ) => <X extends Shape, D extends DType>(
    x: GuardExamples<'logits', 'an example', S, X, D>,
  ) => Tensor<[BatchOf<X>, C]>
  /** The cross-entropy, averaged over the weighted examples, each an image in a row of bytes with its label as the last. */
  readonly objective: (
    hyper: object,
  ) => <B extends number>(
    params: ClassifierParams<P, H, C>,
    state: NoState,
    batch: Batch<B, [LabelledSize<S>]>,
    key: Key,
  ) => Evaluation<B, NoState, CrossEntropyTerms<B>>
}

/**
 * A classifier of images: a body that gives H features of each, and a dense layer to the logits of C classes. It is no
 * generative model; its features are what a Fréchet distance between images can be measured in. It learns from images with
 * labels as `labelled` of @vae/data makes them.
 *
 * ```ts
 * const digits = classifier(mlp([1, 28, 28], [128, 64]), 10)
 * const { params } = digits.init(key(0))
 * digits.featuresOf(params)(zeros([100, 1, 28, 28])) // Tensor<[100, 64]>
 * digits.logits(params)(zeros([100, 1, 28, 28])) // Tensor<[100, 10]>
 * ```
 *
 * A body that gives no vectors does not compile, or throws a `ShapeError`.
 *
 * ```ts
 * classifier(convDown([1, 28, 28], [32, 64]), 10)
 * // error: classifier: the body must give vectors, it gives [64, 7, 7]
 * ```
 */
export const classifier = <In extends Shape, Out extends Shape, P, const C extends number, Moment = Now>(
  body: Guard<VectorOf<'classifier', Out>, Network<In, Out, P>>,
  classes: GuardSize<Moment, 'classifier', 'classes', C>,
): Classifier<In, KnownSize<VectorOf<'classifier', Out>>, C, P> => {
  type H = KnownSize<VectorOf<'classifier', Out>>
  // What a guard let pass is not decided inside the function; the run checks it.
  const [trunk, count] = [body as unknown as Network<In, [H], P>, classes as C]
  const features = vectorOf('classifier', trunk.output) as H
  checkLayerSizes('classifier', { classes: count })
  const head = linear<H, C>(features, count)
  const pixels = sizeOf(trunk.input)
  type Params = ClassifierParams<P, H, C>

  const logitsOf = <B extends number>(params: Params, x: Tensor<[B, ...In]>): Tensor<[B, C]> =>
    head.apply(params.head)(trunk.apply(params.body)(x))
  const examplesIn = <X extends Shape>(operation: string, x: unknown) =>
    batchFor<BatchOf<X>, In>(operation, 'an example', trunk.input, x)

  return {
    example: trunk.input,
    features,
    classes: count,
    init: (key) => {
      const [forBody, forHead] = split(key)
      return {
        params: markParameters({ body: trunk.init(forBody), head: head.init(forHead) } satisfies Params),
        state: {},
      }
    },
    featuresOf:
      (params) =>
      <X extends Shape>(x: unknown) =>
        trunk.apply(params.body)(examplesIn<X>('featuresOf', x)),
    logits:
      (params) =>
      <X extends Shape>(x: unknown) =>
        logitsOf(params, examplesIn<X>('logits', x)),
    objective:
      () =>
      <B extends number>(
        params: Params,
        state: NoState,
        { examples, weights }: Batch<B, [LabelledSize<In>]>,
      ) => {
        // How many bytes a row has is a formula of type parameters, which the run checks.
        const rows = batchFor<B, [number], 'u8'>('classifier', 'an example', [pixels + 1], examples, 'u8')
        const x = shaped<[B, ...In]>(intensities(slice(rows, 1, 0, pixels)) as AnyTensor, [
          rows.shape[0],
          ...trunk.input,
        ])
        const labels = squeeze(slice(rows, 1, pixels, pixels + 1), [1]) as TensorOf<[B], 'u8'>
        const chosen = oneHot(cast(labels, 'i32'), count as number) as Tensor<[B, C]>
        const crossEntropy = neg(sum(mul(logSoftmax(logitsOf(params, x), 1), chosen), [1]))
        return { loss: weightedMean(crossEntropy, weights), terms: { crossEntropy }, state }
      },
  }
}
