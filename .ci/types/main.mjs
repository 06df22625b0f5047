import { Failure } from '../process.mjs'
import { checkCost } from './cost.mjs'
import { checkLimits } from './limits.mjs'
import { checkPrograms } from './properties.mjs'

/** Generated programs, in `npm test` and in `npm run test:deep`. */
const counts = { normal: 600, deep: 5000 }

const depth = process.argv.includes('deep') ? 'deep' : 'normal'
const seed = Number(process.env.VAE_SEED ?? 1)

try {
  checkCost()
  checkLimits()
  await checkPrograms(seed, counts[depth])
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
