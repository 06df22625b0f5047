import { type ImportanceObjective, importanceWeighted } from '@vae/models'
import type { Key } from '@vae/tensor'
import { adam, type OptimizerHyper, trainingStep } from '@vae/train'
import { z } from 'zod'
import { setting } from '../display/text.ts'
import { Refusal } from '../failure.ts'
import type { FigureInfo } from '../metrics/figure.ts'
import { latentFrom, latentOptions, type ModelOption } from '../options/model-options.ts'
import type { Asked, BuildContext, Family } from './family.ts'
import {
  elboInfos,
  latentMembers,
  latentPartsOf,
  latentTitle,
  latentWords,
  needsGaussianPosterior,
  type RunLatentParams,
} from './latent.ts'
import { type RunBatch, type RunModel, runModel } from './run-model.ts'
import { latentSettings, natural } from './settings.ts'

/** IWAE and its relatives: bounds of log p(x) by importance weights. */

const shared = { ...latentSettings, samples: natural }

export const iwaeSettings = z.strictObject({ kind: z.literal('iwae'), ...shared })
export const dregSettings = z.strictObject({ kind: z.literal('dreg'), ...shared })
export const miwaeSettings = z.strictObject({ kind: z.literal('miwae'), ...shared, outer: natural })
export const ciwaeSettings = z.strictObject({
  kind: z.literal('ciwae'),
  ...shared,
  /** The share of the evidence lower bound. */
  beta: z.number().min(0).max(1),
})

type Settings =
  | z.infer<typeof iwaeSettings>
  | z.infer<typeof dregSettings>
  | z.infer<typeof miwaeSettings>
  | z.infer<typeof ciwaeSettings>
type Kind = Settings['kind']

const titles = { iwae: 'IWAE', dreg: 'IWAE (DReG)', miwae: 'MIWAE', ciwae: 'CIWAE' } as const

const samplesWords = (settings: Settings): string =>
  settings.kind === 'miwae' ? `${settings.outer} × ${settings.samples}` : String(settings.samples)

const settingsOf = ({ kind, options, data }: Asked<Kind>): Settings => {
  const common = { ...latentFrom(options, data), samples: options.samples ?? 5 }
  switch (kind) {
    case 'miwae':
      return { kind, ...common, outer: options.outer ?? 2 }
    case 'ciwae': {
      const beta = options.beta ?? 0.5
      if (beta > 1) throw new Refusal(`--beta: ciwae mixes two bounds with a share from 0 to 1, got ${beta}`)
      return { kind, ...common, beta }
    }
    default:
      return { kind, ...common }
  }
}

const optionsOf = (kind: Kind): readonly ModelOption[] => [
  ...latentOptions,
  'samples',
  ...(kind === 'miwae' ? (['outer'] as const) : kind === 'ciwae' ? (['beta'] as const) : []),
]

const build = (settings: Settings, context: BuildContext): RunModel => {
  if (settings.kind === 'dreg') needsGaussianPosterior(settings.kind, settings)
  // Settings hold more than an objective does, and all of it.
  const objective: ImportanceObjective = settings
  const model = importanceWeighted(latentPartsOf(settings, context), objective)
  const optimizer = adam<RunLatentParams>()
  const { negativeElbo } = elboInfos(settings, context)
  const negativeBound: FigureInfo = {
    name: 'negativeBound',
    title: `−${titles[settings.kind]} bound`,
    unit: negativeElbo.unit,
  }
  const members = latentMembers(
    model,
    (params: RunLatentParams) => params,
    settings,
    context,
    ({ params }, batch, key) => {
      const { negativeBound } = model.objective({})(params, {}, batch, key).terms
      return { negativeBound }
    },
    [negativeBound],
  )
  return runModel({
    ...members,
    headline: (figures) =>
      `−bound ${figures.negativeBound!.toFixed(2)} (${samplesWords(settings)} samples), ${members.headline(figures)}`,
    terms: [negativeBound, negativeElbo],
    onBar: 2,
    fit: null,
    init: model.init,
    optimizer,
    step: trainingStep(
      (hyper: OptimizerHyper) =>
        (params: RunLatentParams, state: Readonly<Record<never, never>>, batch: RunBatch, key: Key) =>
          model.objective(hyper)(params, state, batch, key),
      optimizer,
    ),
    hyper: () => ({}),
    noted: () => ({}),
  })
}

/** IWAE, MIWAE, CIWAE and DReG. */
export const importanceFamily: Family<Kind, Settings> = {
  options: optionsOf,
  settings: settingsOf,
  title: (settings, context) => latentTitle(titles[settings.kind], settings, context),
  words: (settings) => [
    ...latentWords(settings),
    ['samples', samplesWords(settings)],
    ...(settings.kind === 'ciwae' ? [['share of the ELBO', setting(settings.beta)] as const] : []),
  ],
  build,
}
