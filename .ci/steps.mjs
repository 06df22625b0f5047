import { build } from './build.mjs'
import { bundleSize } from './checks/bundle.mjs'
import { entryPoints } from './checks/consumer.mjs'
import { layers } from './checks/layers.mjs'
import { packages } from './checks/packages.mjs'
import { repository } from './checks/repository.mjs'
import { types } from './checks/types.mjs'
import { vitest } from './checks/vitest.mjs'
import { Failure, runNode } from './process.mjs'

/** A step that is a function; see `runSteps`. */
const step = (name, check) => ({ name, check })

/** A step that is a JavaScript program: exit code 0 passes. */
const program = (name, script, ...args) =>
  step(name, async () => {
    const { code } = await runNode(script, args, { inherit: true })
    if (code !== 0) throw new Failure(`${script} ended with exit code ${code}.`)
  })

/** Unlike the other tools, biome colours what it writes to a pipe. */
const colors = process.stdout.isTTY ? 'force' : 'off'

/** `npm test`: everything that a change must pass, within 8 minutes. */
export const quick = [
  step('build', build),
  program('format and lint', 'node_modules/@biomejs/biome/bin/biome', 'ci', `--colors=${colors}`),
  step('types of sources and tests, TypeScript 6 and 7', types),
  step('layers: who may import whom', layers),
  step('repository: configuration and documents agree', repository),
  step('packages as published: publint and attw', packages),
  step('size of the browser bundle', bundleSize),
  step('unit and property tests', () => vitest()),
  program('generated programs and cost of the types', '.ci/types/main.mjs'),
  program('browser', '.ci/browser/main.mjs'),
]

/** `npm run test:deep`: what takes longer. */
export const deep = [
  step('build', build),
  step("a user's code on every supported compiler", entryPoints),
  step('unit and property tests, large counts', () => vitest({ VAE_DEEP: '1' })),
  program('generated programs and cost of the types, large counts', '.ci/types/main.mjs', 'deep'),
  program('every primitive in a browser, large counts', '.ci/browser/main.mjs', 'deep'),
  program('mutants of the rules: each fails a test', '.ci/mutation/main.mjs'),
]

/** `npm run test:types`: what concerns the types of shapes; with `-- deep` at large counts. */
export const shapeTypes = (...args) => [
  step('build', build),
  step('messages of the compilers and of the run', () => vitest({}, 'messages')),
  program('generated programs and cost of the types', '.ci/types/main.mjs', ...args),
]
