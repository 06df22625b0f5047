import {
  add,
  type Key,
  less,
  markParameters,
  mul,
  type Now,
  neg,
  select,
  slice,
  softplus,
  split,
  squeeze,
  sub,
  type Tensor,
} from '@vae/tensor'
import { type LinearParams, linear } from '../linear.ts'
import { weightedMean } from '../objective.ts'
import { checkLayerSizes, type GuardSize } from '../size.ts'

/** Sizes of a discriminator of vectors with Z elements. */
export interface DiscriminatorSizes<Z extends number, H extends number> {
  readonly latent: Z
  /** Units of each hidden layer, H. */
  readonly hidden: H
  /** The number of hidden layers. */
  readonly layers: number
}

/** Sizes of a discriminator, or messages. Those of the paper are 1000 units in 6 layers. */
export interface GuardedDiscriminatorSizes<Moment, Z extends number, H extends number> {
  readonly latent: GuardSize<Moment, 'discriminator', 'latent', Z>
  /** 1000 unless given. */
  readonly hidden?: GuardSize<Moment, 'discriminator', 'hidden', H>
  /** 6 unless given. */
  readonly layers?: number
}

/** Parameters of a discriminator: a tree of its own, apart from that of the model. */
export interface DiscriminatorParams<Z extends number, H extends number> {
  readonly input: LinearParams<Z, H>
  /** The hidden layers after the first. */
  readonly hidden: readonly LinearParams<H, H>[]
  readonly logits: LinearParams<H, 2>
}

/** Tells samples of q(z), class 0, from samples of the product of its marginals, class 1. */
export interface Discriminator<Z extends number, H extends number> {
  readonly sizes: DiscriminatorSizes<Z, H>
  readonly init: (key: Key) => DiscriminatorParams<Z, H>
  /** The logits of both classes, `[B, Z]` → `[B, 2]`. */
  readonly apply: (
    params: DiscriminatorParams<Z, H>,
  ) => <B extends number>(z: Tensor<[B, Z]>) => Tensor<[B, 2]>
}

/** x, a fifth of it below 0. */
const leakyRelu = <B extends number, H extends number>(x: Tensor<[B, H]>): Tensor<[B, H]> =>
  select(less(x, 0), mul(x, 0.2), x)

/**
 * The discriminator of FactorVAE: a multi-layer perceptron with leaky ReLU (slope 0.2 below 0) and two logits. Kim & Mnih,
 * "Disentangling by factorising" (2018), appendix A.
 *
 * ```ts
 * const judge = discriminator({ latent: 10, hidden: 64, layers: 2 })
 * judge.apply(judge.init(key(0)))(zeros([128, 10])) // Tensor<[128, 2]>
 * ```
 *
 * Sizes that are no whole numbers above 0 do not compile, or throw a `ShapeError`.
 */
export const discriminator = <Z extends number, H extends number = 1000, Moment = Now>(
  guarded: GuardedDiscriminatorSizes<Moment, Z, H>,
): Discriminator<Z, H> => {
  // Inside the function a guard is not decided yet, and H is 1000 where nothing is given; the run checks what it let pass.
  const {
    latent,
    hidden = 1000 as H,
    layers = 6,
  } = guarded as unknown as Partial<DiscriminatorSizes<Z, H>> & {
    readonly latent: Z
  }
  checkLayerSizes('discriminator', { latent, hidden, layers })
  const [first, between, last] = [linear(latent, hidden), linear(hidden, hidden), linear(hidden, 2)]
  return {
    sizes: { latent, hidden, layers },
    init: (key) => {
      const [forInput, forLogits, forHidden] = split(key, 3)
      return markParameters({
        input: first.init(forInput),
        hidden: split(forHidden, layers - 1).map(between.init),
        logits: last.init(forLogits),
      })
    },
    apply: (params) => (z) => {
      const h = leakyRelu(first.apply(params.input)(z))
      return last.apply(params.logits)(params.hidden.reduce((x, p) => leakyRelu(between.apply(p)(x)), h))
    },
  }
}

/**
 * log D(z) / (1 − D(z)) for each example, `[B, 2]` → `[B]` in nats: the first logit less the second. Its mean over samples
 * of q(z) estimates the total correlation of q(z). Kim & Mnih (2018), equation 3.
 *
 * ```ts
 * logDensityRatio(tensor([2, 2], [1, 0.5, -2, 3])) // → [0.5, -5]
 * ```
 */
export const logDensityRatio = <B extends number>(logits: Tensor<[B, 2]>): Tensor<[B]> =>
  squeeze(sub(slice(logits, 1, 0, 1), slice(logits, 1, 1, 2)), [1])

/**
 * −log of the probability of the right class for each example, `[B, 2]` → `[B]` in nats: −log D(z) for samples of q(z),
 * −log(1 − D(z)) for samples of the product of its marginals.
 *
 * ```ts
 * discriminatorCrossEntropy(zeros([2, 2]), 'joint') // → [0.6931, 0.6931]
 * ```
 */
export const discriminatorCrossEntropy = <B extends number>(
  logits: Tensor<[B, 2]>,
  source: 'joint' | 'product',
): Tensor<[B]> => {
  const ratio = logDensityRatio(logits)
  return softplus(source === 'joint' ? neg(ratio) : ratio)
}

/** What a discriminator says of the examples of a batch, and how each counts. */
export interface Judged<B extends number> {
  readonly logits: Tensor<[B, 2]>
  /** The weight of each example: 1, or 0 for padding. */
  readonly weights: Tensor<[B]>
}

/**
 * What the discriminator minimises, in nats: half the mean cross-entropy of a batch from q(z) and half that of a batch
 * from the product of its marginals. log 2 where it cannot tell them apart. Kim & Mnih (2018), algorithm 2, which takes
 * the second batch, permuted, from other examples.
 *
 * ```ts
 * const judged = { logits: tensor([2, 2], [0, 0, 9, 9]), weights: ones([2]) }
 * discriminatorLoss(judged, judged) // → 0.6931
 * ```
 */
export const discriminatorLoss = <B extends number, C extends number>(
  joint: Judged<B>,
  product: Judged<C>,
): Tensor<[]> => {
  const onJoint = weightedMean(discriminatorCrossEntropy(joint.logits, 'joint'), joint.weights)
  const onProduct = weightedMean(discriminatorCrossEntropy(product.logits, 'product'), product.weights)
  return mul(add(onJoint, onProduct), 0.5)
}
