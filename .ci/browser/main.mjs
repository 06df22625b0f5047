import { Failure } from '../process.mjs'
import { launch } from './chromium.mjs'
import { conformsInWorker } from './conformance.mjs'
import { showsReport } from './report.mjs'
import { sharesWork } from './threads.mjs'
import { trainsInPage } from './training.mjs'

/* The packages, and what they write, in a real browser: `node main.mjs`, or with `deep` the engine at large counts. */
const deep = process.argv[2] === 'deep'
const chromium = await launch()
try {
  if (deep) await conformsInWorker(chromium, 300)
  else {
    await trainsInPage(chromium)
    await sharesWork(chromium)
    await conformsInWorker(chromium, 50)
    await showsReport(chromium)
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await chromium.close()
}
