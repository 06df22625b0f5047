import {
  type DiscriminatorParams,
  discriminator,
  type FactorHyper,
  type FactorSamples,
  factorVae,
  logDensityRatio,
  valuesOf,
} from '@vae/models'
import { type Key, squeeze } from '@vae/tensor'
import { type AdversarialHyper, adam, adversarialStep, optimizersOfPlayers, type Players } from '@vae/train'
import { z } from 'zod'
import { setting } from '../display/text.ts'
import { latentFrom, latentOptions } from '../options/model-options.ts'
import { withNegativeElbo } from './elbo.ts'
import type { Family } from './family.ts'
import {
  elboInfos,
  latentMembers,
  latentPartsOf,
  latentTitle,
  latentWords,
  type RunLatentParams,
} from './latent.ts'
import { type RunBatch, runModel } from './run-model.ts'
import { latentSettings, natural } from './settings.ts'

export const factorVaeSettings = z.strictObject({
  kind: z.literal('factor-vae'),
  ...latentSettings,
  /** The weight of the total correlation. */
  gamma: z.number().nonnegative(),
  discriminator: z.strictObject({
    hidden: natural,
    layers: natural,
    learningRate: z.number().positive(),
  }),
})

type Settings = z.infer<typeof factorVaeSettings>
type Judge = DiscriminatorParams<number, number>
type Params = Players<RunLatentParams, Judge>
type State = Readonly<Record<never, never>>

/** FactorVAE: two players with a tree of parameters each. */
export const factorFamily: Family<'factor-vae', Settings> = {
  options: () => [...latentOptions, 'gamma', 'discriminatorHidden', 'discriminatorLayers', 'discriminatorLr'],
  settings: ({ kind, options, data }) => ({
    kind,
    ...latentFrom(options, data),
    gamma: options.gamma ?? 10,
    discriminator: {
      hidden: options.discriminatorHidden ?? 256,
      layers: options.discriminatorLayers ?? 4,
      learningRate: options.discriminatorLr ?? 1e-4,
    },
  }),
  title: (settings, context) => latentTitle('FactorVAE', settings, context),
  words: (settings) => [
    ...latentWords(settings),
    ['γ', setting(settings.gamma)],
    [
      'discriminator',
      `${settings.discriminator.layers} layers of ${settings.discriminator.hidden} units, ` +
        `learning rate ${setting(settings.discriminator.learningRate)}`,
    ],
  ],
  build: (settings, context) => {
    const { gamma } = settings
    const { hidden, layers, learningRate } = settings.discriminator
    const judge = discriminator({ latent: settings.latent, hidden, layers })
    const model = factorVae({ ...latentPartsOf(settings, context), discriminator: judge })
    const optimizers = {
      model: adam<RunLatentParams>(),
      // The decays of the paper, for a game that has no fixed target.
      discriminator: adam<Judge>({ b1: 0.5, b2: 0.9 }),
    }
    const { reconstruction, kl, negativeElbo } = elboInfos(settings, context)
    const unit = `nats per ${context.noun}`
    const totalCorrelation = { name: 'totalCorrelation', title: 'total correlation', unit }
    return runModel({
      ...latentMembers<Params, State>(
        { ...model, init: (key) => ({ params: model.init(key).params.model, state: {} }) },
        (params) => params.model,
        settings,
        context,
        ({ params }, { examples }, key) => {
          const { z } = model.posterior(params.model)(valuesOf(examples)).sample(key, 1)
          return { totalCorrelation: logDensityRatio(judge.apply(params.discriminator)(squeeze(z, [0]))) }
        },
        [totalCorrelation],
      ),
      terms: [
        reconstruction,
        kl,
        totalCorrelation,
        { name: 'discriminatorLoss', title: 'discriminator loss', unit },
        { name: 'discriminatorOnJoint', title: 'discriminator on q(z)', unit },
        { name: 'discriminatorOnProduct', title: 'discriminator on marginals', unit },
        negativeElbo,
      ],
      onBar: 4,
      fit: null,
      init: model.init,
      optimizer: optimizersOfPlayers(optimizers),
      step: adversarialStep(
        {
          model:
            (hyper: FactorHyper & AdversarialHyper) =>
            (params: RunLatentParams, opponent: Judge, state: State, batch: RunBatch, key: Key) => {
              const evaluated = model.objectives.model(hyper)(params, opponent, state, batch, key)
              return { ...evaluated, terms: withNegativeElbo(evaluated.terms) }
            },
          discriminator:
            (hyper) => (params: Judge, shared: FactorSamples<number, number>, batch: RunBatch, key: Key) =>
              model.objectives.discriminator(hyper)(params, shared, batch, key),
        },
        optimizers,
      ),
      hyper: () => ({ gamma, discriminatorLearningRate: learningRate }),
      noted: () => ({ gamma }),
    })
  },
}
