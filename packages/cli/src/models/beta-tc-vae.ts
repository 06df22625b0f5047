import { type BetaTcHyper, betaTcVae } from '@vae/models'
import type { Key } from '@vae/tensor'
import { adam, type OptimizerHyper, trainingStep } from '@vae/train'
import { z } from 'zod'
import { Refusal } from '../failure.ts'
import { latentFrom, latentOptions, scheduleFrom, scheduleOptions } from '../options/model-options.ts'
import { withNegativeElbo } from './elbo.ts'
import type { Family } from './family.ts'
import {
  elboInfos,
  latentMembers,
  latentPartsOf,
  latentTitle,
  latentWords,
  needsGaussianPosterior,
  type RunLatentParams,
} from './latent.ts'
import { type RunBatch, runModel } from './run-model.ts'
import { scheduleWords, valueAt } from './schedules.ts'
import { latentSettings, scheduleSettings } from './settings.ts'

export const betaTcVaeSettings = z.strictObject({
  kind: z.literal('beta-tcvae'),
  ...latentSettings,
  /** The weight of the total correlation. */
  beta: scheduleSettings,
  sampling: z.enum(['weighted', 'stratified']),
})

type Settings = z.infer<typeof betaTcVaeSettings>

/** β of Chen et al. (2018) for dSprites. */
const defaultBeta = 6

/** β-TCVAE. */
export const betaTcFamily: Family<'beta-tcvae', Settings> = {
  options: () => [...latentOptions, ...scheduleOptions, 'sampling'],
  settings: ({ kind, options, data, steps }) => {
    if (options.schedule === 'capacity')
      throw new Refusal('--schedule capacity does not belong to --model beta-tcvae')
    return {
      kind,
      ...latentFrom(options, data),
      beta: scheduleFrom(options, options.schedule ?? 'constant', defaultBeta, steps),
      sampling: options.sampling ?? 'stratified',
    }
  },
  title: (settings, context) => latentTitle('β-TCVAE', settings, context),
  words: (settings) => [
    ...latentWords(settings),
    ['β', scheduleWords(settings.beta)],
    ['sampling', `minibatch ${settings.sampling}`],
  ],
  build: (settings, context) => {
    needsGaussianPosterior(settings.kind, settings)
    const { sampling } = settings
    const model = betaTcVae(latentPartsOf(settings, context), {
      datasetSize: context.trainExamples,
      sampling,
    })
    const optimizer = adam<RunLatentParams>()
    const { reconstruction, kl, negativeElbo } = elboInfos(settings, context)
    const beta = valueAt(settings.beta)
    const unit = `nats per ${context.noun}`
    return runModel({
      ...latentMembers(model, (params: RunLatentParams) => params, settings, context),
      terms: [
        reconstruction,
        kl,
        { name: 'totalCorrelation', title: 'total correlation', unit },
        { name: 'mutualInformation', title: 'mutual information', unit },
        { name: 'dimensionWiseKl', title: 'dimension-wise KL', unit },
        negativeElbo,
      ],
      onBar: 3,
      fit: null,
      init: model.init,
      optimizer,
      step: trainingStep(
        (hyper: BetaTcHyper & OptimizerHyper) =>
          (params: RunLatentParams, state: Readonly<Record<never, never>>, batch: RunBatch, key: Key) => {
            const evaluated = model.objective(hyper)(params, state, batch, key)
            return { ...evaluated, terms: withNegativeElbo(evaluated.terms) }
          },
        optimizer,
      ),
      hyper: (step) => ({ beta: beta(step) }),
      noted: ({ step }) => ({ beta: beta(step) }),
    })
  },
}
