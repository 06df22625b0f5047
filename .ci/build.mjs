import { existsSync } from 'node:fs'
import { Failure, fromRoot, runNode } from './process.mjs'

const kernels = 'packages/wasm/build-kernels.mjs'

const must = async (what, script, args, inherit) => {
  const { code } = await runNode(script, args, { inherit })
  if (code !== 0) throw new Failure(`Building ${what} failed.`)
}

/** Compiles the kernels and the packages; both steps find out themselves what is current already. What they print goes to `output`. */
export const build = async (output = process.stdout) => {
  if (existsSync(fromRoot(kernels))) await must('the WebAssembly kernels', kernels, [], output)
  // TypeScript 7 builds the same declarations as 6 in a fraction of the time.
  await must('the packages', 'node_modules/ts7/bin/tsc', ['--build'], output)
}
