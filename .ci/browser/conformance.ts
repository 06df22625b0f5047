import type { Engine } from '@vae/autograd'
import { type Primitive, primitives } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import fc from 'fast-check'
import { availableFeatures, type Features } from '../../packages/wasm/src/features.ts'
import { cases } from '../../packages/wasm/src/testing/cases/index.ts'
import { largeCases } from '../../packages/wasm/src/testing/cases/large.ts'
import { nonconformance } from '../../packages/wasm/src/testing/conformance.ts'

/*
 * The conformance suite as a worker of a page: the cases of packages/wasm/src/conformance.test.ts, with the engine in
 * the worker, where it may block.
 */

/** What the page sends: how many cases of each primitive, and from which seed. */
interface Order {
  readonly numRuns: number
  readonly seed: number
}

/** What the worker answers: a verdict for each primitive and build of the kernels, of which null is good; then `done`. */
type Answer =
  | { readonly primitive: Primitive; readonly features: Features; readonly problem: string | null }
  | { readonly done: true }

const answer = (message: Answer): void => postMessage(message)

const verdict = <P extends Primitive>(engine: Engine, primitive: P): string | null => {
  const property = fc.property(cases[primitive], (example) => {
    const problem = nonconformance(engine, primitive, example)
    if (problem !== null) throw new Error(problem)
  })
  const report = fc.defaultReportMessage(fc.check(property))
  if (report !== undefined) return report
  for (const example of largeCases[primitive]) {
    const problem = nonconformance(engine, primitive, example)
    if (problem !== null) return `${problem}, in ${JSON.stringify(example)}`
  }
  return null
}

/** The event loop runs: threads start only then. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

addEventListener('message', async ({ data }: MessageEvent<Order>) => {
  fc.configureGlobal({ ...data, includeErrorInReport: true })
  for (const features of availableFeatures()) {
    const engine = await wasmEngine({ relaxed: features === 'relaxed-simd' })
    for (const primitive of primitives) {
      answer({ primitive, features, problem: verdict(engine, primitive) })
      await turn()
    }
  }
  answer({ done: true })
})
