import { Failure, runNode } from '../process.mjs'

const compilers = {
  'TypeScript 6': 'node_modules/typescript/bin/tsc',
  'TypeScript 7': 'node_modules/ts7/bin/tsc',
}

/** Type-checks sources and tests of all packages as one program, with both compilers at once. */
export const types = async () => {
  const results = await Promise.all(
    Object.entries(compilers).map(async ([name, script]) => {
      const begin = performance.now()
      const { code, output } = await runNode(script, ['--project', 'tsconfig.test.json'])
      const time = ((performance.now() - begin) / 1000).toFixed(1)
      console.log(`${name}: ${code === 0 ? 'no errors' : 'errors'} in ${time} s`)
      return { name, code, output }
    }),
  )
  const failed = results.filter(({ code }) => code !== 0)
  if (failed.length > 0)
    throw new Failure(failed.map(({ name, output }) => `${name}:\n${output}`).join('\n'), {
      passed: results.length - failed.length,
      failed: failed.length,
    })
  return results.length
}
