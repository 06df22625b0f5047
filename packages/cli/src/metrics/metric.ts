import type { Engine } from '@vae/autograd'
import type { DataDescription, RunData, RunDataset } from '../data.ts'
import type { HiddenTree, RunModel, Trained } from '../models/run-model.ts'
import type { Estimate, Estimates, FigureInfo } from './figure.ts'

/** What decides which metrics apply. */
export interface Subject {
  readonly model: RunModel
  readonly description: DataDescription
  readonly testExamples: number
}

/** A trained model with its data, and how it is to be measured. */
export interface Measured extends Subject {
  readonly engine: Engine
  readonly trained: Trained<HiddenTree, HiddenTree>
  readonly data: RunData
  /** Everything that one pass over the test examples tells. */
  readonly pass: () => Promise<Estimates>
  /** The test examples as that pass has them: where pixels are drawn anew in every step, with its draws. */
  readonly seen: () => RunDataset
  /** Samples of each example in an estimate of log p(x). */
  readonly samples: number
  /** Shows which share of a metric is done, 0 to 1. */
  readonly show: (share: number) => void
  /** The same, and gives the event loop a turn. */
  readonly pause: (share: number) => Promise<void>
}

/** A figure with what it is called. */
export type Row = FigureInfo & Estimate

/** What measures trained models. */
export interface Metric {
  /** What `--metrics` calls it. */
  readonly name: string
  /** What it tells, for the help. */
  readonly description: string
  readonly appliesTo: (subject: Subject) => boolean
  readonly measure: (measured: Measured) => Promise<readonly Row[]>
}
