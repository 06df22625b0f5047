import type { Engine } from '@vae/autograd'
import { type Primitive, primitives } from '@vae/tensor'
import { wasmEngine } from '@vae/wasm'
import fc from 'fast-check'
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
  readonly seed?: number
}

/** What the worker answers: one verdict for each primitive, of which null is good, and at the end `done`. */
type Answer = { readonly primitive: Primitive; readonly problem: string | null } | { readonly done: true }

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

addEventListener('message', async ({ data }: MessageEvent<Order>) => {
  fc.configureGlobal({ ...data, includeErrorInReport: true })
  const engine = await wasmEngine()
  for (const primitive of primitives) answer({ primitive, problem: verdict(engine, primitive) })
  answer({ done: true })
})
