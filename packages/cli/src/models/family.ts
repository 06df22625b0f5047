import type { DataDescription } from '../data.ts'
import type { ModelOption, ModelOptions } from '../options/model-options.ts'
import type { RunModel } from './run-model.ts'

/** What a model must know of its data. */
export interface BuildContext {
  /** The shape of an example. */
  readonly example: readonly number[]
  /** Whether examples are images of intensities from 0 to 1. */
  readonly isImages: boolean
  /** What an example is called. */
  readonly noun: string
  readonly trainExamples: number
}

/** What settings are made of: what was asked for, and what decides what is left open. */
export interface Asked<K extends string> {
  readonly kind: K
  readonly options: ModelOptions
  readonly data: DataDescription
  /** Steps of the whole training. */
  readonly steps: number
}

/** A family of models: its options, its settings in `config.json`, and what they become. */
export interface Family<K extends string, Settings extends { readonly kind: K }> {
  /** The options that belong to its models. */
  readonly options: (kind: K) => readonly ModelOption[]
  /** Settings with every default in its place. Throws a `Refusal` for options that do not fit each other. */
  readonly settings: (asked: Asked<K>) => Settings
  /** The model in a few words, such as `VAE 784-400-16`. */
  readonly title: (settings: Settings, context: BuildContext) => string
  /** Settings by name, for people. */
  readonly words: (settings: Settings) => readonly (readonly [name: string, value: string])[]
  /** The model. Throws a `ShapeError` or `RangeError` of @vae/models, or a `Refusal`, for settings that do not fit. */
  readonly build: (settings: Settings, context: BuildContext) => RunModel
}
