import type { ElboTerms, Evaluation } from '@vae/models'
import { add, type Key, type Tensor } from '@vae/tensor'

/** The negative evidence lower bound and what it is made of, in nats per example. */
export type NegativeElboTerms = {
  /** reconstruction + kl, with β = 1 whatever β the model was trained with. */
  readonly negativeElbo: Tensor<[number]>
  readonly reconstruction: Tensor<[number]>
  readonly kl: Tensor<[number]>
}

/**
 * The terms of an objective together with their sum, the negative evidence lower bound, for each example; all
 * in nats. Kingma & Welling, "Auto-Encoding Variational Bayes" (2013), equation 3.
 *
 * ```ts
 * const terms = negativeElboTerms(model.objective({ beta: ones([]) }))(params, {}, batch, key(0))
 * terms.negativeElbo // Tensor<[number]>
 * ```
 */
export const negativeElboTerms =
  <P, S, Data>(
    objective: (
      params: P,
      state: S,
      batch: Data,
      key: Key,
    ) => Pick<Evaluation<number, S, ElboTerms<number>>, 'terms'>,
  ) =>
  (params: P, state: S, batch: Data, key: Key): NegativeElboTerms => {
    const { reconstruction, kl } = objective(params, state, batch, key).terms
    return { negativeElbo: add(reconstruction, kl), reconstruction, kl }
  }
