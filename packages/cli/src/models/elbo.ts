import { controlled, type ElboTerms, type KlHyper, type PaidKl, vae } from '@vae/models'
import { add, item, type Key, type Tensor } from '@vae/tensor'
import { adam, type OptimizerHyper, trainingStep } from '@vae/train'
import { z } from 'zod'
import { setting } from '../display/text.ts'
import { Refusal } from '../failure.ts'
import type { FigureInfo } from '../metrics/figure.ts'
import {
  latentFrom,
  latentOptions,
  type ModelOptions,
  refuseOptions,
  scheduleFrom,
  scheduleOptions,
} from '../options/model-options.ts'
import type { Asked, BuildContext, Family } from './family.ts'
import {
  elboInfos,
  latentMembers,
  latentPartsOf,
  latentTitle,
  latentWords,
  type RunLatentParams,
} from './latent.ts'
import { type RunBatch, type RunModel, runModel, type Scalars } from './run-model.ts'
import { scheduleWords, valueAt } from './schedules.ts'
import { latentSettings, natural, scheduleSettings } from './settings.ts'

/** VAE and β-VAE: reconstruction + β · KL, with everything that can be done about β and the KL. */

const nats = z.number().nonnegative()

const elboOptions = {
  ...latentSettings,
  /** β: by a schedule, by how far the KL is from a capacity, or by a controller. */
  weight: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('schedule'), beta: scheduleSettings }),
    z.strictObject({
      kind: z.literal('capacity'),
      beta: z.number().nonnegative(),
      from: nats,
      to: nats,
      steps: natural,
    }),
    z.strictObject({ kind: z.literal('controller'), targetKl: nats, most: z.number().positive() }),
  ]),
  /** Which part of the KL is paid for. */
  paid: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('whole') }),
    z.strictObject({ kind: z.literal('free-bits'), per: z.enum(['dimension', 'total']), nats }),
    z.strictObject({ kind: z.literal('active-dimensions') }),
  ]),
}

export const vaeSettings = z.strictObject({ kind: z.literal('vae'), ...elboOptions })
export const betaVaeSettings = z.strictObject({ kind: z.literal('beta-vae'), ...elboOptions })

type Kind = 'vae' | 'beta-vae'
type Settings = z.infer<typeof vaeSettings> | z.infer<typeof betaVaeSettings>

/** β at the end if nothing was asked for. Of the β-VAE, that of Higgins et al. (2017) for MNIST-like data. */
const defaultBeta = { vae: 1, 'beta-vae': 4 } as const

/** γ of γ |KL − C|, if nothing was asked for. */
const defaultPressure = 30

/** The largest β of the controller, if nothing was asked for. */
const mostBeta = 10

const weightFrom = (options: ModelOptions, kind: Kind, steps: number): Settings['weight'] => {
  if (options.targetKl !== undefined) {
    refuseOptions(
      options,
      ['schedule', 'scheduleFrom', 'scheduleSteps', 'scheduleCycles', 'capacity'],
      'does not go together with --target-kl, whose controller chooses β',
    )
    return { kind: 'controller', targetKl: options.targetKl, most: options.beta ?? mostBeta }
  }
  const schedule = options.schedule ?? 'constant'
  if (schedule !== 'capacity') {
    refuseOptions(options, ['capacity'], `belongs to --schedule capacity, the schedule is ${schedule}`)
    return { kind: 'schedule', beta: scheduleFrom(options, schedule, defaultBeta[kind], steps) }
  }
  refuseOptions(options, ['scheduleCycles'], 'belongs to --schedule cyclical, the schedule is capacity')
  return {
    kind: 'capacity',
    beta: options.beta ?? defaultPressure,
    from: options.scheduleFrom ?? 0,
    to: options.capacity ?? 25,
    steps: options.scheduleSteps ?? Math.max(1, Math.floor(steps * 0.8)),
  }
}

const paidFrom = (options: ModelOptions): Settings['paid'] => {
  if (options.freeBits === undefined) {
    refuseOptions(options, ['freeBitsPer'], 'belongs to --free-bits')
    return { kind: options.activeDimensions === true ? 'active-dimensions' : 'whole' }
  }
  refuseOptions(options, ['activeDimensions'], 'does not go together with --free-bits')
  if (options.schedule === 'capacity')
    throw new Refusal('--free-bits does not go together with --schedule capacity')
  return { kind: 'free-bits', per: options.freeBitsPer ?? 'dimension', nats: options.freeBits }
}

/** What the loss weighs the KL with in a step. */
const hyperOf = (weight: Settings['weight']): ((step: number) => Scalars) => {
  switch (weight.kind) {
    case 'schedule': {
      const beta = valueAt(weight.beta)
      return (step) => ({ beta: beta(step) })
    }
    case 'capacity': {
      const { from, to, steps, beta } = weight
      const capacity = valueAt({ kind: 'linear', from, to, steps })
      return (step) => ({ beta, capacity: capacity(step) })
    }
    case 'controller':
      return () => ({ targetKl: weight.targetKl })
  }
}

const weightWords = (weight: Settings['weight']): readonly (readonly [string, string])[] => {
  switch (weight.kind) {
    case 'schedule':
      return [['β', scheduleWords(weight.beta)]]
    case 'capacity':
      return [
        ['weight of |KL − C|', setting(weight.beta)],
        ['capacity C', `${setting(weight.from)} to ${setting(weight.to)} nats over ${weight.steps} steps`],
      ]
    case 'controller':
      return [
        [
          'β',
          `by a controller that keeps the KL at ${setting(weight.targetKl)} nats, at most ${setting(weight.most)}`,
        ],
      ]
  }
}

const paidWords = (paid: Settings['paid']): readonly (readonly [string, string])[] => {
  switch (paid.kind) {
    case 'whole':
      return []
    case 'free-bits':
      return [
        ['free bits', `${setting(paid.nats)} nats ${paid.per === 'total' ? 'in total' : 'per dimension'}`],
      ]
    case 'active-dimensions':
      return [['KL', 'of active dimensions alone']]
  }
}

/** Terms with their sum, so that training and test have the same curves. */
export const withNegativeElbo = <T extends ElboTerms<number>>(
  terms: T,
): T & { readonly negativeElbo: Tensor<[number]> } => ({
  ...terms,
  negativeElbo: add(terms.reconstruction, terms.kl),
})

/** The order in which the terms of the lower bound are shown. */
export const elboTermInfos = (settings: Settings, context: BuildContext): readonly FigureInfo[] => {
  const { reconstruction, kl, negativeElbo } = elboInfos(settings, context)
  return [reconstruction, kl, negativeElbo]
}

/** Refuses to pay for a part of a KL that is not known for each dimension. */
const checkPaid = ({ paid, prior, posterior }: Settings): void => {
  if (paid.kind === 'whole' || (prior.kind === 'standard' && posterior.kind === 'gaussian')) return
  const culprit = prior.kind === 'standard' ? `--posterior ${posterior.kind}` : `--prior ${prior.kind}`
  throw new Refusal(`--${paid.kind} needs the KL of each dimension, which has no closed form with ${culprit}`)
}

const build = (settings: Settings, context: BuildContext): RunModel => {
  checkPaid(settings)
  const paid: PaidKl = settings.paid
  const model = vae(latentPartsOf(settings, context), { kl: paid })
  const optimizer = adam<RunLatentParams>()
  const terms = elboTermInfos(settings, context)
  const hyper = hyperOf(settings.weight)
  const shared = { terms, onBar: 2, hyper, fit: null }
  if (settings.weight.kind !== 'controller')
    return runModel({
      ...latentMembers(model, (params: RunLatentParams) => params, settings, context),
      ...shared,
      init: model.init,
      optimizer,
      step: trainingStep(
        (hyper: KlHyper & OptimizerHyper) =>
          (params: RunLatentParams, state: Readonly<Record<never, never>>, batch: RunBatch, key: Key) => {
            const evaluated = model.objective(hyper)(params, state, batch, key)
            return { ...evaluated, terms: withNegativeElbo(evaluated.terms) }
          },
        optimizer,
      ),
      noted: ({ step }) => hyper(step),
    })
  const steered = controlled(model, { max: settings.weight.most })
  type State = ReturnType<typeof steered.init>['state']
  return runModel({
    ...latentMembers(model, (params: RunLatentParams) => params, settings, context),
    ...shared,
    init: steered.init,
    optimizer,
    step: trainingStep(
      (hyper: { readonly targetKl: Tensor<[]> } & OptimizerHyper) =>
        (params: RunLatentParams, state: State, batch: RunBatch, key: Key) => {
          const evaluated = steered.objective(hyper)(params, state, batch, key)
          return { ...evaluated, terms: withNegativeElbo(evaluated.terms) }
        },
      optimizer,
    ),
    noted: ({ training }) => ({ beta: item(training.modelState.beta) }),
  })
}

/** VAE and β-VAE. */
export const elboFamily: Family<Kind, Settings> = {
  options: () => [
    ...latentOptions,
    ...scheduleOptions,
    'capacity',
    'targetKl',
    'freeBits',
    'freeBitsPer',
    'activeDimensions',
  ],
  settings: ({ kind, options, data, steps }: Asked<Kind>): Settings => ({
    kind,
    ...latentFrom(options, data),
    weight: weightFrom(options, kind, steps),
    paid: paidFrom(options),
  }),
  title: (settings, context) => latentTitle(settings.kind === 'vae' ? 'VAE' : 'β-VAE', settings, context),
  words: (settings) => [
    ...latentWords(settings),
    ...weightWords(settings.weight),
    ...paidWords(settings.paid),
  ],
  build,
}
