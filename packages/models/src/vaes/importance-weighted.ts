import { add, type Key, neg, reshape, type Shape, stopGradient, sub, type Tensor, tensor } from '@vae/tensor'
import { type BoundAndWeights, dregBoundAndWeights } from '../dreg.ts'
import { diagonalOnly } from '../encoder.ts'
import { valuesOf } from '../examples.ts'
import { ciwaeBound, elboOfSamples, iwaeBound, miwaeBound } from '../importance-bounds.ts'
import { type LatentModel, type LatentParams, latentModel } from '../latent-model.ts'
import { fitting, type GuardedLatentParts } from '../latent-parts.ts'
import type { NoParams } from '../layer.ts'
import { type Batch, type Evaluation, type NoState, weightedMean } from '../objective.ts'
import { logDensityOfSamples } from '../posteriors/diagonal-gaussian.ts'
import { checkLayerSizes } from '../size.ts'

/** The importance weighted bound with K samples. Burda et al., "Importance weighted autoencoders" (ICLR 2016). */
export interface IwaeObjective {
  readonly kind: 'iwae'
  readonly samples: number
}

/** The mean of `outer` bounds with K samples each. Rainforth et al., "Tighter variational bounds are not necessarily better" (ICML 2018). */
export interface MiwaeObjective {
  readonly kind: 'miwae'
  readonly outer: number
  readonly samples: number
}

/** β · the evidence lower bound + (1 − β) · the importance weighted bound. Rainforth et al. (2018). */
export interface CiwaeObjective {
  readonly kind: 'ciwae'
  readonly samples: number
  readonly beta: number
}

/** The importance weighted bound with doubly reparametrised gradients. Tucker et al. (ICLR 2019). */
export interface DregObjective {
  readonly kind: 'dreg'
  readonly samples: number
}

/** Which bound of log p(x) is maximised, from one set of log-weights log p(x, z) − log q(z | x). */
export type ImportanceObjective = IwaeObjective | MiwaeObjective | CiwaeObjective | DregObjective

/** Terms of an importance weighted objective, in nats per example. */
export type ImportanceTerms<B extends number> = {
  /** The bound that is maximised, negative. */
  readonly negativeBound: Tensor<[B]>
  /** The evidence lower bound from the same samples, negative. */
  readonly negativeElbo: Tensor<[B]>
}

/** An importance weighted autoencoder as a value. */
export interface ImportanceWeighted<S extends Shape, Z extends number, Out extends Shape, P>
  extends LatentModel<S, Z, Out, P> {
  /** The negative bound, averaged over the weighted examples. It has no scalars. */
  readonly objective: (
    hyper: object,
  ) => <B extends number>(
    params: P,
    state: NoState,
    batch: Batch<B, S, 'u8' | 'f32'>,
    key: Key,
  ) => Evaluation<B, NoState, ImportanceTerms<B>>
}

const samplesOf = (objective: ImportanceObjective): number =>
  objective.kind === 'miwae' ? objective.outer * objective.samples : objective.samples

/** A bound that is a function of the log-weights alone, and these. */
const boundOf = <K extends number, B extends number>(
  objective: Exclude<ImportanceObjective, DregObjective>,
  logWeights: Tensor<[K, B]>,
): BoundAndWeights<K, B> => {
  const bound =
    objective.kind === 'miwae'
      ? miwaeBound(reshape(logWeights, [objective.outer, objective.samples, logWeights.shape[1]]))
      : objective.kind === 'ciwae'
        ? ciwaeBound(logWeights, tensor([], [objective.beta]))
        : iwaeBound(logWeights)
  return { bound, logWeights }
}

const checkObjective = (objective: ImportanceObjective): void => {
  const { kind, samples } = objective
  checkLayerSizes(kind, kind === 'miwae' ? { outer: objective.outer, samples } : { samples })
  if (kind === 'ciwae' && !(objective.beta >= 0 && objective.beta <= 1))
    throw new RangeError(`ciwae: beta must be a number from 0 to 1, got ${objective.beta}`)
}

/**
 * An importance weighted autoencoder of the parts of a VAE. Parts that do not fit do not compile, or throw a `ShapeError`.
 *
 * ```ts
 * const model = importanceWeighted(
 *   { encoder: gaussianEncoder(mlp([784], [200, 200]), 50), decoder: mlp([50], [200, 200], [784]), likelihood: bernoulli },
 *   { kind: 'iwae', samples: 5 },
 * )
 * const { params, state } = model.init(key(0))
 * model.objective({})(params, state, batch, key(1)).terms.negativeBound // Tensor<[64]>
 * ```
 */
export const importanceWeighted = <
  S extends Shape,
  Z extends number,
  EP,
  In extends Shape,
  Out extends Shape,
  DP,
  Name extends string,
  K extends number,
  Y extends number = Z,
  PP = NoParams,
>(
  parts: GuardedLatentParts<'importanceWeighted', S, Z, EP, In, Out, DP, Name, K, Y, PP>,
  objective: ImportanceObjective,
): ImportanceWeighted<S, Z, Out, LatentParams<EP, DP, PP>> => {
  checkObjective(objective)
  const model = latentModel<S, Z, EP, Out, DP, Name, K, PP>(fitting('importanceWeighted', parts))
  type Params = LatentParams<EP, DP, PP>
  const count = samplesOf(objective)

  /**
   * The bound with doubly reparametrised gradients: in its log-weights the parameters of q are constants, so that z alone
   * carries their gradient.
   */
  const doubly = <B extends number>(
    params: Params,
    x: Tensor<[B, ...S]>,
    key: Key,
  ): BoundAndWeights<number, B> => {
    const { base, sample } = diagonalOnly('dreg', model.posterior(params)(x))
    const fixed = { mean: stopGradient(base.mean), logVar: stopGradient(base.logVar) }
    return dregBoundAndWeights(sample(key, count).z, (z) => {
      const joint = add(model.logLikelihood(params)(x, z), model.logPrior(params)(z))
      return sub(joint, logDensityOfSamples(z, fixed))
    })
  }

  return {
    ...model,
    objective:
      () =>
      (params, state, { examples, weights }, key) => {
        const x = valuesOf(examples)
        const { bound, logWeights } =
          objective.kind === 'dreg'
            ? doubly(params, x, key)
            : boundOf(objective, model.logWeights(params)(x, key, count))
        const negativeBound = neg(bound)
        return {
          loss: weightedMean(negativeBound, weights),
          terms: { negativeBound, negativeElbo: neg(elboOfSamples(logWeights)) },
          state,
        }
      },
  }
}
