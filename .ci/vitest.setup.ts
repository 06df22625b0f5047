import fc from 'fast-check'
import { afterEach, beforeEach } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** How many generated cases the test ran. */
    cases?: number
  }
}

/** Cases per property. `npm run test:deep` sets VAE_DEEP. */
const deep = process.env.VAE_DEEP === '1'
const numRuns = deep ? 1000 : 100

// Primitives, rules and kernels get all of their cases. What is composed of them gets as many as fit in some seconds.
const foundation = ['tensor', 'autograd', 'wasm'].includes(process.env.VAE_PROJECT ?? '')
const limit = deep && !foundation ? { interruptAfterTimeLimit: 3000, markInterruptAsFailure: false } : {}

// A commit passes or fails, whoever runs it: the cases are the same in each run. Another VAE_SEED generates others; a
// failed property prints its seed.
const seed = Number(process.env.VAE_SEED ?? 1)

// The report of the tests tells how many cases there were; see checks/cases.mjs.
let cases = 0
const count = (): void => {
  cases++
}

fc.configureGlobal({ numRuns, beforeEach: count, seed, ...limit })

beforeEach(() => {
  cases = 0
})
afterEach(({ task }) => {
  if (cases > 0) task.meta.cases = cases
})
