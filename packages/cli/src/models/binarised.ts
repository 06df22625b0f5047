import { examplesOf } from '@vae/data'
import { binarised, valuesOf } from '@vae/models'
import { type Key, split, tensor } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import { evaluationPass } from '../metrics/pass.ts'
import type { RunBatch, RunModel } from './run-model.ts'

/** A batch with its pixels drawn, and the key of what comes after. */
const drawn = (batch: RunBatch, key: Key): readonly [RunBatch, Key] => {
  const [forPixels, rest] = split(key)
  return [{ ...batch, examples: binarised(valuesOf(batch.examples), forPixels) }, rest]
}

/**
 * A model that sees the pixels of each image drawn anew in every step, black or white with the probability of their
 * intensity. An evaluation draws them with its own key, the same each time.
 */
export const dynamicallyBinarised = (model: RunModel): RunModel => ({
  ...model,
  step: (state, batch, hyper) => {
    const [seen, key] = drawn(batch, state.key)
    return model.step({ ...state, key }, seen, hyper)
  },
  metrics: model.metrics.map((metric) => ({
    ...metric,
    see: (trained, batch, key) => metric.see(trained, ...drawn(batch, key)),
  })),
})

/** The images that an evaluation of such a model sees: the pixels that its pass over the data draws, as bytes. */
export const seenInEvaluation = (data: RunDataset): RunDataset => {
  const { count, shape } = data.examples
  const size = shape.reduce((product, length) => product * length, 1)
  const all = new Uint8Array(count * size)
  let offset = 0
  for (const [batch, key] of evaluationPass(data)) {
    const [{ examples }] = drawn(batch, key)
    const present = Math.min(examples.data.length, all.length - offset)
    all.set(
      Uint8Array.from(examples.data.subarray(0, present), (value) => 255 * value),
      offset,
    )
    offset += present
  }
  return { ...data, examples: examplesOf<number[], 'u8'>(tensor([count, ...shape], all, 'u8')) }
}
