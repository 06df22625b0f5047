import {
  type DType,
  type Guard,
  type Key,
  markParameters,
  neg,
  type Refused,
  type SameSizes,
  type Shape,
  ShapeError,
  type Show,
  sameShape,
  showShape,
  split,
  type Tensor,
  type When,
} from '@vae/tensor'
import { type BatchOf, batchFor, type GuardExamples, valuesOf } from '../examples.ts'
import { type LikelihoodProblem, parametersOf } from '../latent-parts.ts'
import type { Likelihood } from '../likelihoods/likelihood.ts'
import type { Network } from '../networks/network.ts'
import { type Batch, type Evaluation, type NoState, weightedMean } from '../objective.ts'
import { outputOf } from '../likelihood-of-output.ts'

/** The parameters of an autoencoder. */
export interface AutoencoderParams<EP, DP> {
  readonly encoder: EP
  readonly decoder: DP
}

/** Terms of an autoencoder, in nats per example where its likelihood is normalised. */
export type ReconstructionTerms<B extends number> = {
  /** −log p(x | z) at the code of x. */
  readonly reconstruction: Tensor<[B]>
}
