import { compileWith, type Engine } from '@vae/autograd'
import { firstExamples } from '@vae/data'
import { valuesOf } from '@vae/models'
import type { RunDataset } from '../data.ts'
import type { HiddenTree, RunBatch, RunModel, Trained } from '../models/run-model.ts'

/** Training examples that are looked at. */
const probeSize = 512

/** How often an epoch is interrupted to look. */
export const looksPerEpoch = 5

/** Steps after which it is worth looking: what a model does in its first ones says little. */
export const settlingSteps = 100

/** Watches a training for a collapse. */
export interface Watcher {
  /** What to warn of now, or null. */
  readonly look: (trained: Trained<HiddenTree, HiddenTree>) => string | null
  readonly close: () => void
}

const nothing: Watcher = { look: () => null, close: () => undefined }

/**
 * A watcher with a fixed sample of the training examples. It warns when it has seen the same trouble twice in a row, since a
 * model may pass through one in its first steps, and then again only after all was well in between.
 */
export const watcherOf = (engine: Engine, { watch }: RunModel, train: RunDataset): Watcher => {
  if (watch === null) return nothing
  const examples = firstExamples(probeSize)(train)
  const see = compileWith(engine)((trained: Trained<HiddenTree, HiddenTree>, probe: RunBatch['examples']) =>
    watch.see(trained, valuesOf(probe)),
  )
  let troubles = 0
  return {
    look: (trained) => {
      const warning = watch.warning(see(trained, examples))
      troubles = warning === null ? 0 : troubles + 1
      return troubles === 2 ? warning : null
    },
    close: see.close,
  }
}
