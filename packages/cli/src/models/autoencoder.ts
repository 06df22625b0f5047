import { type AutoencoderParams, autoencoder } from '@vae/models'
import type { Key, Tensor } from '@vae/tensor'
import { adam, type OptimizerHyper, trainingStep } from '@vae/train'
import { z } from 'zod'
import { meansOver } from '../metrics/batch-metric.ts'
import { showFigure } from '../metrics/figure.ts'
import {
  latentOf,
  likelihoodFrom,
  likelihoodOptions,
  networkOf,
  networkOptions,
} from '../options/model-options.ts'
import type { Family } from './family.ts'
import { latentTitle, networkRow, squaredErrorInfo, squaredErrorMetric } from './latent.ts'
import { likelihoodOf, likelihoodWords, unitOf } from './likelihoods.ts'
import { vectorDecoder, vectorEncoder } from './networks.ts'
import { type HiddenTree, type LatentSpace, type RunBatch, runModel, type Trained } from './run-model.ts'
import { exPostSampler } from './samplers.ts'
import { likelihoodSettings, natural, networkSettings } from './settings.ts'

export const autoencoderSettings = z.strictObject({
  kind: z.literal('ae'),
  network: networkSettings,
  latent: natural,
  likelihood: likelihoodSettings,
})

type Settings = z.infer<typeof autoencoderSettings>
type Params = AutoencoderParams<HiddenTree, HiddenTree>
type State = Readonly<Record<never, never>>

/** The plain autoencoder. */
export const autoencoderFamily: Family<'ae', Settings> = {
  options: () => [...networkOptions, 'latent', ...likelihoodOptions],
  settings: ({ kind, options, data }) => ({
    kind,
    network: networkOf(options, data.isImages, data.shape[1] === 64 ? 'conv' : 'mlp'),
    latent: latentOf(options, data.name),
    likelihood: likelihoodFrom(options, data.isImages),
  }),
  title: (settings, context) => latentTitle('autoencoder', settings, context),
  words: (settings) => [
    networkRow(settings.network),
    ['latent dimensions', String(settings.latent)],
    ['likelihood', likelihoodWords(settings.likelihood)],
  ],
  build: (settings, context) => {
    const { network, latent } = settings
    const likelihood = likelihoodOf(settings.likelihood)
    const model = autoencoder({
      encoder: vectorEncoder(network, context.example, latent),
      decoder: vectorDecoder(network, latent, context.example, likelihood.outputs),
      likelihood,
    })
    const optimizer = adam<Params>()
    const unit = unitOf(settings.likelihood, context.noun)
    const reconstruction = { name: 'reconstruction', title: 'reconstruction', unit }
    const latents: LatentSpace<Params> = {
      size: latent,
      encode: (params) => (x) => model.encode(params)(x),
      generate: (params) => (z) => model.generate(params)(z),
      klPerDimension: null,
    }
    const reconstruct =
      ({ params }: Trained<Params, State>) =>
      (x: Tensor<[number, ...number[]]>) =>
        model.reconstruct(params)(x)
    return runModel({
      init: model.init,
      optimizer,
      fit: null,
      step: trainingStep(
        (hyper: OptimizerHyper) => (params: Params, state: State, batch: RunBatch, key: Key) =>
          model.objective(hyper)(params, state, batch, key),
        optimizer,
      ),
      hyper: () => ({}),
      noted: () => ({}),
      terms: [reconstruction],
      onBar: 1,
      metrics: [
        meansOver<Params, State>(
          'reconstruction',
          [reconstruction],
          ({ params }, batch, key) => model.objective({})(params, {}, batch, key).terms,
        ),
        squaredErrorMetric(context, reconstruct),
      ],
      headline: ({ reconstruction, meanSquaredError }) =>
        `reconstruction ${showFigure(reconstruction!)} ${unit}, squared error ${showFigure(meanSquaredError!)} ` +
        squaredErrorInfo(context).unit,
      reconstruct,
      latents,
      density: null,
      codes: null,
      sampler: exPostSampler(latents),
      watch: null,
    })
  },
}
