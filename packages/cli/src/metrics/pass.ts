import { evaluationBatches, exampleCount } from '@vae/data'
import { type Key, key, split } from '@vae/tensor'
import type { RunDataset } from '../data.ts'
import type { RunBatch } from '../models/run-model.ts'

/** Examples that are evaluated at once, if there are so many. Part of what the figures depend on, so it is no option. */
const evaluationBatch = 200

/** The key of the noise of every evaluation: equal parameters give equal figures. */
const evaluationKey = key(2 ** 53 - 1)

/** One pass over a data set: its batches, each with the key of its noise, the same in every evaluation. */
export function* evaluationPass(data: RunDataset): Generator<readonly [RunBatch, Key]> {
  let [now, rest] = split(evaluationKey)
  for (const batch of evaluationBatches(data, Math.min(evaluationBatch, exampleCount(data)))) {
    yield [batch, now]
    ;[now, rest] = split(rest)
  }
}
