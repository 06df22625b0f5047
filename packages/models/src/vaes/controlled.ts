import { full, type Key, type Shape, type Tensor } from '@vae/tensor'
import { type KlControllerOptions, type KlControllerState, klController } from '../controller.ts'
import { type Batch, type Evaluation, weightedMean } from '../objective.ts'
import type { ElboTerms, Vae } from './vae.ts'

/** What a controller of β remembers between steps. */
export interface ControlledState {
  /** The β of the next step. */
  readonly beta: Tensor<[]>
  readonly controller: KlControllerState
}

/** The scalars of a step under control. */
export interface ControlledHyper {
  /** The KL that is wanted, in nats per example. */
  readonly targetKl: Tensor<[]>
}

/** A VAE whose β is moved by a controller until the KL is what is wanted. */
export interface ControlledVae<S extends Shape, Z extends number, Out extends Shape, P>
  extends Omit<Vae<S, Z, Out, P>, 'init' | 'objective'> {
  readonly init: (key: Key) => { readonly params: P; readonly state: ControlledState }
  /** The objective of the VAE with the β that the last step left; its mean KL decides the next. */
  readonly objective: (
    hyper: ControlledHyper,
  ) => <B extends number>(
    params: P,
    state: ControlledState,
    batch: Batch<B, S, 'u8' | 'f32'>,
    key: Key,
  ) => Evaluation<B, ControlledState, ElboTerms<B>>
}

/**
 * A VAE with a PI controller of β, whose state is a part of the state of the model, so that a step stays one program and a
 * resumed run goes on as if it had not stopped. The first step has the least β. Shao et al., "ControlVAE: controllable
 * variational autoencoder" (ICML 2020); see `klController`.
 *
 * ```ts
 * const controlledModel = controlled(model, { max: 10 })
 * const { state } = controlledModel.init(key(0))
 * const { loss } = controlledModel.objective({ targetKl: full([], 20) })(params, state, batch, key(1))
 * ```
 */
export const controlled = <S extends Shape, Z extends number, Out extends Shape, P>(
  model: Vae<S, Z, Out, P>,
  options: KlControllerOptions = {},
): ControlledVae<S, Z, Out, P> => {
  const controller = klController(options)
  return {
    ...model,
    init: (key) => ({
      params: model.init(key).params,
      state: { beta: full([], options.min ?? 0), controller: controller.init() },
    }),
    objective:
      ({ targetKl }) =>
      (params, { beta, controller: before }, batch, key) => {
        const { loss, terms } = model.objective({ beta })(params, {}, batch, key)
        const next = controller.update(before, weightedMean(terms.kl, batch.weights), targetKl)
        return { loss, terms, state: { beta: next.beta, controller: next.state } }
      },
  }
}
