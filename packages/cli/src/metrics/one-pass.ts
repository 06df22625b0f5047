import { compileWith, type Engine } from '@vae/autograd'
import type { Key } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { Refusal } from '../failure.ts'
import type { HiddenTree, RunBatch, RunModel, Trained } from '../models/run-model.ts'
import type { HiddenSight } from './batch-metric.ts'
import type { Estimates } from './figure.ts'
import { evaluationPass } from './pass.ts'

/** A pass that is ready to run: its program is compiled once. */
export interface OnePass {
  readonly run: (trained: Trained<HiddenTree, HiddenTree>, pause: () => Promise<void>) => Promise<Estimates>
  readonly close: () => void
}

/** Figures that can be written down. Weights that have run away give infinity or NaN. */
const checked = (estimates: Estimates): Estimates => {
  for (const [name, { value }] of Object.entries(estimates))
    if (!Number.isFinite(value))
      throw new Refusal(`the model has diverged: over the test examples, ${name} is ${value}`)
  return estimates
}

/** Everything that one pass over the data tells, the metrics that models bring along: what takes little time. */
export const onePass = (engine: Engine, { metrics }: RunModel, data: RunDataset): OnePass => {
  const compiled = compileWith(engine)(
    (
      trained: Trained<HiddenTree, HiddenTree>,
      batch: RunBatch,
      noise: Key,
    ): Readonly<Record<string, HiddenSight>> =>
      Object.fromEntries(metrics.map(({ see }, index) => [index, see(trained, batch, noise)])),
  )
  return {
    run: async (trained, pause) => {
      let tallies = metrics.map(({ start }) => start)
      for (const [batch, noise] of evaluationPass(data)) {
        const seen = compiled(trained, batch, noise)
        tallies = tallies.map((tally, index) => tally.include(seen[index]!, batch.weights.data))
        await pause()
      }
      return checked(Object.assign({}, ...tallies.map(({ estimates }) => estimates())))
    },
    close: compiled.close,
  }
}
