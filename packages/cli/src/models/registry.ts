import { ShapeError } from '@vae/tensor'
import * as E from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import type { DataDescription } from '../data.ts'
import { type Failure, failure, Refusal } from '../failure.ts'
import { flagOf, type ModelOption, type ModelOptions } from '../options/model-options.ts'
import { autoencoderFamily, autoencoderSettings } from './autoencoder.ts'
import { betaTcFamily, betaTcVaeSettings } from './beta-tc-vae.ts'
import { dynamicallyBinarised } from './binarised.ts'
import { betaVaeSettings, elboFamily, vaeSettings } from './elbo.ts'
import { factorFamily, factorVaeSettings } from './factor-vae.ts'
import type { BuildContext, Family } from './family.ts'
import {
  ciwaeSettings,
  dregSettings,
  importanceFamily,
  iwaeSettings,
  miwaeSettings,
} from './importance-weighted.ts'
import {
  fsqSettings,
  groupedVqSettings,
  lfqSettings,
  quantizedFamily,
  rvqSettings,
  vqVaeSettings,
} from './quantized.ts'
import type { RunModel } from './run-model.ts'

/** The settings of a model, as `config.json` holds them. */
export const modelSettings = z.discriminatedUnion('kind', [
  autoencoderSettings,
  vaeSettings,
  betaVaeSettings,
  betaTcVaeSettings,
  factorVaeSettings,
  iwaeSettings,
  miwaeSettings,
  ciwaeSettings,
  dregSettings,
  vqVaeSettings,
  rvqSettings,
  groupedVqSettings,
  fsqSettings,
  lfqSettings,
])

export type ModelSettings = z.infer<typeof modelSettings>

/** The name of a model, as users choose it. */
export type ModelKind = ModelSettings['kind']

/** Every model with its family: the one place that knows them all. */
const families = {
  ae: autoencoderFamily,
  vae: elboFamily,
  'beta-vae': elboFamily,
  'beta-tcvae': betaTcFamily,
  'factor-vae': factorFamily,
  iwae: importanceFamily,
  miwae: importanceFamily,
  ciwae: importanceFamily,
  dreg: importanceFamily,
  'vq-vae': quantizedFamily,
  rvq: quantizedFamily,
  'grouped-vq': quantizedFamily,
  fsq: quantizedFamily,
  lfq: quantizedFamily,
} satisfies Record<ModelKind, unknown>

/** The names of the models. */
export const modelKinds = Object.keys(families) as ModelKind[]

/** The family of a kind, for settings of that kind: that they belong together is what the table says. */
const familyOf = (kind: ModelKind): Family<ModelKind, ModelSettings> =>
  families[kind] as unknown as Family<ModelKind, ModelSettings>

/** The settings that were asked for, with every default in its place. Throws a `Refusal` for options that do not fit. */
export const settingsFrom = (
  kind: ModelKind,
  options: ModelOptions,
  data: DataDescription,
  steps: number,
): ModelSettings => {
  const family = familyOf(kind)
  const known = family.options(kind)
  const stranger = (Object.keys(options) as ModelOption[]).find(
    (name) => options[name] !== undefined && !known.includes(name),
  )
  if (stranger !== undefined)
    throw new Refusal(
      `${flagOf(stranger)} does not belong to --model ${kind}, but to ${modelsWith(stranger).join(', ')}`,
    )
  return family.settings({ kind, options, data, steps })
}

/** The models to which an option belongs. */
export const modelsWith = (option: ModelOption): readonly ModelKind[] =>
  modelKinds.filter((kind) => familyOf(kind).options(kind).includes(option))

/** The model in a few words, such as `VAE 784-400-16`. */
export const titleOf = (settings: ModelSettings, context: BuildContext): string =>
  familyOf(settings.kind).title(settings, context)

/** The settings of a model by name, for people. */
export const wordsOf = (settings: ModelSettings): readonly (readonly [string, string])[] =>
  familyOf(settings.kind).words(settings)

/** The model of settings, or why there can be none. */
export const buildModel = (
  settings: ModelSettings,
  context: BuildContext,
  binarise: 'none' | 'static' | 'dynamic',
): E.Either<Failure, RunModel> => {
  try {
    const model = familyOf(settings.kind).build(settings, context)
    return E.right(binarise === 'dynamic' ? dynamicallyBinarised(model) : model)
  } catch (error) {
    return E.left(sentenceOf(error))
  }
}

/** The sentence of a library that settings do not fit. Anything else is a bug, and stays an exception. */
export const sentenceOf = (error: unknown): Failure => {
  if (error instanceof ShapeError || error instanceof RangeError || error instanceof Refusal)
    return failure(error.message)
  throw error
}
