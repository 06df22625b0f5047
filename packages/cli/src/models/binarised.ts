import { binarised, valuesOf } from '@vae/models'
import { type Key, split } from '@vae/tensor'
import type { RunBatch, RunModel } from './run-model.ts'

const drawn = (batch: RunBatch, key: Key): RunBatch => ({
  ...batch,
  examples: binarised(valuesOf(batch.examples), key),
})

/**
 * A model that sees the pixels of each image drawn anew in every step, black or white with the probability of their
 * intensity. An evaluation draws them with its own key, the same each time.
 */
export const dynamicallyBinarised = (model: RunModel): RunModel => ({
  ...model,
  step: (state, batch, hyper) => {
    const [forPixels, rest] = split(state.key)
    return model.step({ ...state, key: rest }, drawn(batch, forPixels), hyper)
  },
  metrics: model.metrics.map((metric) => ({
    ...metric,
    see: (trained, batch, key) => {
      const [forPixels, rest] = split(key)
      return metric.see(trained, drawn(batch, forPixels), rest)
    },
  })),
})
