import { valueAndGrad } from '@vae/autograd'
import { meanOfTerms } from '@vae/metrics'
import { type Key, split, type Tensor, type Tree } from '@vae/tensor'
import { applyUpdates } from './optim/optimizers.ts'
import type { OptimizerHyper, Transform } from './optim/transform.ts'
import type { Step, Weighted } from './step.ts'

/** One thing for each of two players. */
export interface Players<Model, Discriminator> {
  readonly model: Model
  readonly discriminator: Discriminator
}

/** The scalars of a step for two players: the learning rate is that of the model. */
export interface AdversarialHyper extends OptimizerHyper {
  readonly discriminatorLearningRate: Tensor<[]>
}

/** What an objective gives to be minimised, and to be shown. */
export interface PlayerEvaluation {
  readonly loss: Tensor<[]>
  /** One number for each example. */
  readonly terms: Readonly<Record<string, Tensor<[number]>>>
}

/** The objectives of two players, which share what the model computed and nothing else. */
export interface AdversarialObjectives<P, Q, S, Data, H, Shared> {
  /**
   * The loss of the model, which may ask the discriminator, and `shared`, what the discriminator learns from: samples of
   * both kinds, for example. Differentiated with respect to `params` alone.
   */
  readonly model: (
    hyper: H,
  ) => (
    params: P,
    discriminator: Q,
    state: S,
    batch: Data,
    key: Key,
  ) => PlayerEvaluation & { readonly state: S; readonly shared: Shared }
  /** The loss of the discriminator on what was shared, of which it gets the values and no way back. */
  readonly discriminator: (hyper: H) => (params: Q, shared: Shared, batch: Data, key: Key) => PlayerEvaluation
}

/**
 * Two optimizers as what `startOf` begins with: each has a state for the parameters of its player.
 *
 * ```ts
 * type Judge = { readonly w: Tensor<[2]> }
 * const { init } = optimizersOfPlayers({ model: sgd<typeof params>(), discriminator: adam<Judge>({ b1: 0.5 }) })
 * init({ model: params, discriminator: { w: zeros([2]) } }).model // → {  }
 * ```
 */
export const optimizersOfPlayers = <P extends Tree<P>, O, Q extends Tree<Q>, R>(
  optimizers: Players<Transform<P, O>, Transform<Q, R>>,
): { readonly init: (params: Players<P, Q>) => Players<O, R> } => ({
  init: ({ model, discriminator }) => ({
    model: optimizers.model.init(model),
    discriminator: optimizers.discriminator.init(discriminator),
  }),
})

/**
 * One training step of two players as one pure function: the model's loss may ask the discriminator, which learns from
 * what the model shared, both with the parameters from before the step. Each gradient is taken with respect to one tree,
 * so that none reaches the other. Runs, resumes and is donated like `trainingStep`: parameters and optimizer states are
 * records of the two players.
 *
 * The loss is that of the model; that of the discriminator is the term `discriminatorLoss`.
 *
 * ```ts
 * // the model moves a point to where the discriminator, which slopes towards 3, sends it
 * type Point = { readonly at: Tensor<[]> }
 * type Judge = { readonly slope: Tensor<[]> }
 * const optimizers = { model: sgd<Point>(), discriminator: sgd<Judge>() }
 * const step = adversarialStep(
 *   {
 *     model: () => (point: Point, judge: Judge, state: object, _: { weights: Tensor<[number]> }, key: Key) => ({
 *       loss: neg(mul(judge.slope, point.at)),
 *       terms: {},
 *       state,
 *       shared: point.at,
 *     }),
 *     discriminator: () => (judge: Judge, at: Tensor<[]>) => ({
 *       loss: square(sub(judge.slope, sub(3, at))),
 *       terms: {},
 *     }),
 *   },
 *   optimizers,
 * )
 * const params = { model: { at: zeros([]) }, discriminator: { slope: zeros([]) } }
 * const { training } = startOf(0, () => ({ params, state: {} }), optimizersOfPlayers(optimizers))
 * const hyper = { learningRate: full([], 0.5), discriminatorLearningRate: full([], 0.5) }
 * const once = step(training, { weights: ones([1]) }, hyper)
 * once.state.params // → { model: { at: 0 }, discriminator: { slope: 3 } }
 * ```
 *
 * @see H. Kim and A. Mnih, "Disentangling by Factorising" (ICML 2018), algorithm 2
 */
export const adversarialStep =
  <P extends Tree<P>, O, Q extends Tree<Q>, R, S, Data extends Weighted, H extends AdversarialHyper, Shared>(
    objectives: AdversarialObjectives<P, Q, S, Data, H, Shared>,
    optimizers: Players<Transform<P, O>, Transform<Q, R>>,
  ): Step<Players<P, Q>, Players<O, R>, S, Data, H> =>
  (state, batch, hyper) => {
    const { params, optimizer } = state
    const [forModel, forDiscriminator, next] = split(state.key, 3)
    const model = valueAndGrad(objectives.model(hyper))(
      params.model,
      params.discriminator,
      state.modelState,
      batch,
      forModel,
    )
    const discriminator = valueAndGrad(objectives.discriminator(hyper))(
      params.discriminator,
      model.shared,
      batch,
      forDiscriminator,
    )
    const moved = optimizers.model.update(model.grad, optimizer.model, params.model, hyper)
    const learned = optimizers.discriminator.update(
      discriminator.grad,
      optimizer.discriminator,
      params.discriminator,
      { learningRate: hyper.discriminatorLearningRate },
    )
    return {
      state: {
        params: {
          model: applyUpdates(params.model, moved.updates),
          discriminator: applyUpdates(params.discriminator, learned.updates),
        },
        optimizer: { model: moved.state, discriminator: learned.state },
        modelState: model.state,
        key: next,
      },
      loss: model.value,
      terms: {
        ...meanOfTerms({ ...model.terms, ...discriminator.terms }, batch.weights),
        discriminatorLoss: discriminator.value,
      },
    }
  }
