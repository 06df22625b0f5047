import { compileWith, type Engine } from '@vae/autograd'
import { evaluationBatches, exampleCount } from '@vae/data'
import { type Key, key, split } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { Refusal } from '../failure.ts'
import type { HiddenTree, RunBatch, RunModel, Trained } from '../models/run-model.ts'
import type { HiddenSight } from './batch-metric.ts'
import type { Estimates, FigureInfo } from './figure.ts'

/** A model and data to measure it on. */
export interface Measured {
  readonly engine: Engine
  readonly model: RunModel
  readonly data: RunDataset
}

/** A metric that is ready to run: its programs are compiled once. */
export interface Running {
  readonly run: (trained: Trained<HiddenTree, HiddenTree>, pause: () => Promise<void>) => Promise<Estimates>
  readonly close: () => void
}

/** What measures trained models. */
export interface Metric {
  readonly name: string
  /** The figures that it gives for a model; none where it does not apply. */
  readonly figures: (model: RunModel) => readonly FigureInfo[]
  readonly start: (measured: Measured) => Running
}

/** Examples that are evaluated at once, if there are so many. Part of what the figures depend on, so it is no option. */
const evaluationBatch = 200

/** The key of the noise of every evaluation: equal parameters give equal figures. */
const evaluationKey = key(2 ** 53 - 1)

/** Figures that can be written down. Weights that have run away give infinity or NaN. */
const checked = (estimates: Estimates): Estimates => {
  for (const [name, { value }] of Object.entries(estimates))
    if (!Number.isFinite(value))
      throw new Refusal(`the model has diverged: over the test examples, ${name} is ${value}`)
  return estimates
}

/** Everything that one pass over the data tells: the metrics that models bring along. */
const onePass: Metric = {
  name: 'terms',
  figures: ({ metrics }) => metrics.flatMap(({ figures }) => figures),
  start: ({ engine, model: { metrics }, data }) => {
    const compiled = compileWith(engine)(
      (
        trained: Trained<HiddenTree, HiddenTree>,
        batch: RunBatch,
        noise: Key,
      ): Readonly<Record<string, HiddenSight>> =>
        Object.fromEntries(metrics.map(({ see }, index) => [index, see(trained, batch, noise)])),
    )
    const batches = evaluationBatches(data, Math.min(evaluationBatch, exampleCount(data)))
    return {
      run: async (trained, pause) => {
        let tallies = metrics.map(({ start }) => start)
        let [now, rest] = split(evaluationKey)
        for (const batch of batches) {
          const seen = compiled(trained, batch, now)
          tallies = tallies.map((tally, index) => tally.include(seen[index]!, batch.weights.data))
          ;[now, rest] = split(rest)
          await pause()
        }
        return checked(Object.assign({}, ...tallies.map(({ estimates }) => estimates())))
      },
      close: compiled.close,
    }
  },
}

/** What `vae evaluate` prints, in this order. */
export const metrics: readonly Metric[] = [onePass]

/** What is measured after each epoch: what takes little time. */
export const epochMetric = onePass
