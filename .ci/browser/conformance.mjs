import { Failure } from '../process.mjs'
import { bundle } from './bundle.mjs'
import { openPage } from './chromium.mjs'
import { serve } from './server.mjs'

/** The longest time that one primitive may take, in milliseconds. */
const patience = 120_000

const html = `<!doctype html><link rel="icon" href="data:,">
<script type="module">
  globalThis.conform = (order) =>
    new Promise((resolve, reject) => {
      const verdicts = []
      const worker = new Worker('conformance.js', { type: 'module' })
      worker.onerror = ({ message }) => reject(new Error(message ?? 'the worker does not load'))
      let timer
      const wait = () => {
        clearTimeout(timer)
        const hangs = () => reject(new Error(\`no answer after \${verdicts.length} primitives\`))
        timer = setTimeout(hangs, ${patience})
      }
      worker.onmessage = ({ data }) => {
        wait()
        if (data.done) resolve(verdicts)
        else verdicts.push(data)
      }
      wait()
      worker.postMessage(order)
    })
</script>`

/**
 * Runs the conformance suite of the engine, in each build of the kernels, in a worker of a cross-origin isolated page:
 * `numRuns` cases of each primitive, and the large ones. VAE_SEED repeats a failure, as in the tests.
 */
export const conformsInWorker = async (browser, numRuns) => {
  const begin = performance.now()
  const server = await serve({
    '/page.html': html,
    '/conformance.js': await bundle('.ci/browser/conformance.ts'),
  })
  const { page, complaints, close } = await openPage(browser)
  try {
    await page.goto(`${server.origin}/page.html`)
    if (!(await page.evaluate('crossOriginIsolated')))
      throw new Failure('the page is not cross-origin isolated')
    const order = { numRuns, seed: Number(process.env.VAE_SEED ?? 1) }
    const verdicts = await page
      .evaluate((order) => globalThis.conform(order), order)
      .catch((error) => {
        throw new Failure([error.message, ...complaints].join('\n'))
      })
    const problems = verdicts.filter(({ problem }) => problem !== null)
    if (problems.length > 0)
      throw new Failure(
        problems
          .map(({ primitive, features, problem }) => `in the browser, ${features}, ${primitive}: ${problem}`)
          .join('\n'),
        { passed: verdicts.length - problems.length, failed: problems.length },
      )
    if (complaints.length > 0) throw new Failure(complaints.join('\n'))
    const time = ((performance.now() - begin) / 1000).toFixed(1)
    const builds = [...new Set(verdicts.map(({ features }) => features))].join(' and ')
    console.log(
      `in a worker of a page: ${verdicts.length} primitives of ${builds} conform, ${numRuns} cases each, ${time} s`,
    )
  } finally {
    await close()
    server.close()
  }
}
