import fc from 'fast-check'

/** Cases per property. `npm run test:deep` sets VAE_DEEP. */
const numRuns = process.env.VAE_DEEP === '1' ? 1000 : 100

// A failed property prints its seed; VAE_SEED repeats it, in every property of the run.
const seed = process.env.VAE_SEED

fc.configureGlobal(seed === undefined ? { numRuns } : { numRuns, seed: Number(seed) })
