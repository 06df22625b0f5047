import { Failure } from '../process.mjs'
import { launch } from './chromium.mjs'
import { showsReport } from './report.mjs'
import { trainsInPage } from './training.mjs'

/* The packages, and what they write, in a real browser. */
const chromium = await launch()
try {
  await trainsInPage(chromium)
  await showsReport(chromium)
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await chromium.close()
}
