import { type MlpVae, type MlpVaeParams, mlpVae, type NoState } from '@vae/models'
import { type AdamState, adam, type Progress, type Stateless, startOf } from '@vae/train'
import { pixels } from './digits.ts'
import type { RunConfig } from './run/config.ts'

/** A VAE of digits whose hidden and latent sizes are options. */
export type DigitVae = MlpVae<784, number, number>
export type DigitParams = MlpVaeParams<784, number, number>

/** How far the training of a VAE of digits has come. */
export type DigitProgress = Progress<DigitParams, [AdamState<DigitParams>, Stateless], NoState>

/** The model of a run. */
export const modelOf = ({ model: { hidden, latent } }: RunConfig): DigitVae =>
  mlpVae({ features: pixels, hidden, latent })

export const optimizer = adam<DigitParams>()

/** The state of a run before its first step. */
export const beginningOf = (config: RunConfig): DigitProgress =>
  startOf(config.training.seed, modelOf(config).init, optimizer)
