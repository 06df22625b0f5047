import {
  bernoulli,
  type GaussianEncoderParams,
  gaussianEncoder,
  type LatentParams,
  type MlpParams,
  mlp,
  type NoParams,
  type NoState,
  type Vae,
  vae,
} from '@vae/models'
import { type AdamState, adam, type Progress, type Stateless, startOf } from '@vae/train'
import { pixels } from './digits.ts'
import type { RunConfig } from './run/config.ts'

/** Parameters of a VAE of digits whose hidden and latent sizes are options. */
export type DigitParams = LatentParams<
  GaussianEncoderParams<MlpParams<[784, number]>, number, number>,
  MlpParams<[number, number, 784]>,
  NoParams
>

/** A VAE of digits. */
export type DigitVae = Vae<[784], number, [784], DigitParams>

/** How far the training of a VAE of digits has come. */
export type DigitProgress = Progress<DigitParams, [AdamState<DigitParams>, Stateless], NoState>

/** The model of a run. */
export const modelOf = ({ model: { hidden, latent } }: RunConfig): DigitVae =>
  vae({
    encoder: gaussianEncoder(mlp([pixels], [hidden]), latent),
    decoder: mlp([latent], [hidden], [pixels]),
    likelihood: bernoulli,
  })

export const optimizer = adam<DigitParams>()

/** The state of a run before its first step. */
export const beginningOf = (config: RunConfig): DigitProgress =>
  startOf(config.training.seed, modelOf(config).init, optimizer)
