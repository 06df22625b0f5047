import { valueAndGrad } from '@vae/autograd'
import { meanOfTerms } from '@vae/metrics'
import { type Key, split, type Tensor, type Tree } from '@vae/tensor'
import { applyUpdates } from './optim/optimizers.ts'
import type { OptimizerHyper, Transform } from './optim/transform.ts'

/** Everything that a training step changes. */
export interface TrainingState<P, O, S> {
  readonly params: P
  readonly optimizer: O
  /** What the model learns without gradients, such as running averages; often empty. */
  readonly modelState: S
  /** The key of all noise to come. */
  readonly key: Key
}

/**
 * The parts of a training state that may stay in an engine's memory between steps: what `compile` may donate.
 */
export const residentParts = ['params', 'optimizer', 'modelState'] as const

/** What the step needs to know of a batch: the weight of each example. */
export interface Weighted {
  readonly weights: Tensor<[number]>
}

/** What the step needs of an objective: a loss, terms with one number for each example, and the model's next state. */
export type StepObjective<P, S, Data, H> = (hyper: H) => (
  params: P,
  state: S,
  batch: Data,
  key: Key,
) => {
  readonly loss: Tensor<[]>
  readonly terms: Readonly<Record<string, Tensor<[number]>>>
  readonly state: S
}

/** What a training step returns: the next state, the loss, and the weighted mean of each term over the batch. */
export interface StepResult<P, O, S> {
  readonly state: TrainingState<P, O, S>
  readonly loss: Tensor<[]>
  readonly terms: Readonly<Record<string, Tensor<[]>>>
}

/** One training step as a pure function, ready to compile. */
export type Step<P, O, S, Data, H> = (
  state: TrainingState<P, O, S>,
  batch: Data,
  hyper: H,
) => StepResult<P, O, S>

/**
 * The whole training step as one pure function: noise, forward, backward and the optimizer's update. Compile
 * it with `residentParts` donated and it runs as one program without copies of the parameters.
 *
 * ```ts
 * const optimizer = adam<typeof params>()
 * const step = trainingStep(objective, optimizer)
 * const run = compileWith(await wasmEngine())(step, { donate: residentParts })
 * const { training } = startOf(0, model.init, optimizer)
 * const { loss } = run(training, batch, { learningRate: full([], 1e-3) })
 * ```
 */
export const trainingStep =
  <P extends Tree<P>, O, S, Data extends Weighted, H extends OptimizerHyper>(
    objective: StepObjective<P, S, Data, H>,
    optimizer: Transform<P, O>,
  ): Step<P, O, S, Data, H> =>
  (state, batch, hyper) => {
    const [now, next] = split(state.key)
    const evaluated = valueAndGrad(objective(hyper))(state.params, state.modelState, batch, now)
    const { updates, state: optimizerState } = optimizer.update(
      evaluated.grad,
      state.optimizer,
      state.params,
      hyper,
    )
    return {
      state: {
        params: applyUpdates(state.params, updates),
        optimizer: optimizerState,
        modelState: evaluated.state,
        key: next,
      },
      loss: evaluated.value,
      terms: meanOfTerms(evaluated.terms, batch.weights),
    }
  }
