import fc from 'fast-check'
import { afterEach, beforeEach } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** How many generated cases the test ran. */
    cases?: number
  }
}

/** Cases per property. `npm run test:deep` sets VAE_DEEP. */
const numRuns = process.env.VAE_DEEP === '1' ? 1000 : 100

// A commit passes or fails, whoever runs it: the cases are the same in each run. Another VAE_SEED generates others; a
// failed property prints its seed.
const seed = Number(process.env.VAE_SEED ?? 1)

// The report of the tests tells how many cases there were; see checks/cases.mjs.
let cases = 0
const count = (): void => {
  cases++
}

fc.configureGlobal({ numRuns, beforeEach: count, seed })

beforeEach(() => {
  cases = 0
})
afterEach(({ task }) => {
  if (cases > 0) task.meta.cases = cases
})
