import { gzipSync } from 'node:zlib'
import { Failure } from '../process.mjs'
import { bundle } from './bundle.mjs'
import { openPage } from './chromium.mjs'

/** How far the engines may be apart after five steps, relative to the largest number. */
const tolerance = 1e-5

const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>'

/** Trains in a page with the WebAssembly engine and compares with the reference evaluator there. */
export const trainsInPage = async (browser) => {
  const code = await bundle('.ci/browser/page.ts')
  const { page, complaints, close } = await openPage(browser)
  await page.route('**/*', (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: code })
      : route.fulfill({ contentType: 'text/html', body: html }),
  )
  await page.goto('http://localhost/')
  await page.waitForFunction('globalThis.difference !== undefined').catch(() => {})
  const difference = await page.evaluate('globalThis.difference')
  await close()
  if (complaints.length > 0) throw new Failure(complaints.join('\n'))
  if (!(difference <= tolerance))
    throw new Failure(`in the browser the engines differ by ${difference}, more than ${tolerance}`)
  const kilobytes = (gzipSync(code).length / 1000).toFixed(1)
  console.log(`a page trained a VAE; engines within ${difference.toExponential(1)}; ${kilobytes} kB gzip`)
}
