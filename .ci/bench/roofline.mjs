import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/*
 * The ceilings for WebAssembly with 128-bit vectors on some number of threads: multiplications and additions per second
 * with everything in registers, and bytes per second of a triad in a memory larger than most caches. S. Williams et al.,
 * "Roofline: an insightful visual performance model" (2009).
 */

/** How often each ceiling is tried in a measurement; the best counts. */
const repetitions = { flops: 20, bytes: 2 }

/** Measures ceilings for each number of threads; each call of `measure` may raise them. */
export const createRoofline = async (threads) => {
  const workers = Array.from(
    { length: Math.max(...threads) },
    () => new Worker(new URL('roofline-worker.mjs', import.meta.url)),
  )
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  const ceilings = new Map(threads.map((count) => [count, { flops: 0, bytes: 0 }]))

  const rateOf = async (kind, count) => {
    const answers = workers.slice(0, count).map(async (worker) => {
      worker.postMessage(kind)
      const [rate] = await once(worker, 'message')
      return rate
    })
    return (await Promise.all(answers)).reduce((a, b) => a + b, 0)
  }
  const measure = async () => {
    for (const [count, best] of ceilings)
      for (const [kind, times] of Object.entries(repetitions))
        for (let i = 0; i < times; i++) best[kind] = Math.max(best[kind], await rateOf(kind, count))
  }
  return {
    measure,
    ceilings,
    /** The part of the ceiling of so many threads that a work reaches in `ms`. */
    reached: (work, count, ms) => {
      const { flops, bytes } = ceilings.get(count)
      return Math.max(work.flops / flops, work.bytes / bytes) / (ms / 1000)
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  }
}
