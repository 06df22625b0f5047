import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { Failure, fromRoot } from './process.mjs'
import { runSteps } from './runner.mjs'

const commands = {
  /** Installs and builds what is not current, then becomes `vae train`. */
  start: async (args) => {
    await install()
    await build()
    // In this process, not in a child: progress bar, exit code and Ctrl-C need no forwarding.
    const vae = fromRoot('packages/cli/bin/vae.js')
    process.argv = [process.argv[0], vae, 'train', ...args]
    await import(pathToFileURL(vae).href)
  },
  build: async () => {
    await install()
    await build()
  },
  test: async () => {
    await install()
    const { quick } = await import('./steps.mjs')
    await runSteps(quick)
  },
  types: async (args) => {
    await install()
    const { shapeTypes } = await import('./steps.mjs')
    await runSteps(shapeTypes(...args))
  },
  bench: async (args) => {
    await install()
    // standard output is for its own results, which programs may read
    await build(process.stderr)
    const { bench } = await import('./bench/main.mjs')
    await bench(args)
  },
  study: async (args) => {
    await install()
    await build()
    const { runStudy } = await import('./study.mjs')
    await runStudy(args)
  },
  deep: async () => {
    await install()
    const { deep } = await import('./steps.mjs')
    await runSteps(deep)
  },
}

/** Runs a command. A failure is told in its own words; anything else is a bug here and keeps its trace. */
export const main = async (name, args) => {
  try {
    if (!Object.hasOwn(commands, name ?? ''))
      throw new Failure(`Unknown command ${name}; there are ${Object.keys(commands).join(', ')}.`)
    await commands[name](args)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.message) console.error(error.message)
    process.exitCode = 1
  }
}
