import { gzipSync } from 'node:zlib'
import { bundle } from '../browser/bundle.mjs'
import { Failure } from '../process.mjs'

/** The most bytes, compressed, of the engine with its kernels and autograd. */
const most = 120_000

/** Bundles what a page carries that trains, and fails if it has become too large. */
export const bundleSize = async () => {
  const bytes = gzipSync(await bundle('.ci/browser/engine.ts')).length
  const size = `engine, kernels and autograd: ${(bytes / 1000).toFixed(1)} kB gzip, of ${most / 1000} kB at most`
  if (bytes > most) throw new Failure(`${size}: look at what was added, or raise the limit with a reason`)
  console.log(size)
}
