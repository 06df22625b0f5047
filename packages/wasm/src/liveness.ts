import type { ValueId } from '@vae/autograd'
import type { Work } from './fusion.ts'

/** What a unit of work reads from memory. */
export const readsOf = (work: Work): readonly ValueId[] =>
  work.kind === 'fused' ? work.readings.map(({ value }) => value) : work.operands

/**
 * The last unit of work that reads each value; outputs are read after all of them, and what a barrier hands through as
 * long as its result.
 */
export const lastReads = (
  works: readonly Work[],
  outputs: readonly ValueId[],
): ReadonlyMap<ValueId, number> => {
  const last = new Map<ValueId, number>()
  works.forEach((work, at) => {
    for (const id of readsOf(work)) last.set(id, at)
  })
  for (const id of outputs) last.set(id, works.length)
  for (const work of [...works].reverse())
    if (work.kind === 'barrier') {
      const from = work.operands[0]!
      last.set(from, Math.max(last.get(from) ?? -1, last.get(work.result) ?? -1))
    }
  return last
}
