import { Failure } from '../process.mjs'
import { bundle } from './bundle.mjs'
import { openPage } from './chromium.mjs'
import { serve } from './server.mjs'

const html = `<!doctype html><link rel="icon" href="data:,">
<script type="module">
  globalThis.inWorker = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker('threads.js', { type: 'module' })
      worker.onerror = ({ message }) => reject(new Error(message ?? 'the worker does not load'))
      worker.onmessage = ({ data }) => resolve(data)
    })
  globalThis.inPage = async () => {
    await import('./threads.js')
    return globalThis.found
  }
</script>`

const check = (where, { same, workers }, expected) => {
  if (!same) throw new Failure(`in ${where}, three threads do not compute what one computes`)
  if (workers !== expected)
    throw new Failure(`in ${where}, the engine started ${workers} workers instead of ${expected}`)
}

/**
 * Trains with three threads in a worker of a cross-origin isolated page, where they give the bits of one, and on the
 * main thread of the page, where there is but one.
 */
export const sharesWork = async (browser) => {
  const server = await serve({ '/page.html': html, '/threads.js': await bundle('.ci/browser/threads.ts') })
  const { page, complaints, close } = await openPage(browser)
  try {
    await page.goto(`${server.origin}/page.html`)
    check('a worker', await page.evaluate('inWorker()'), 2)
    check('a page', await page.evaluate('inPage()'), 0)
    if (complaints.length > 0) throw new Failure(complaints.join('\n'))
    console.log('in a worker of a page: three threads compute what one computes, bit for bit')
  } finally {
    await close()
    server.close()
  }
}
