import { Failure, runNode } from '../process.mjs'

/** The compilers that users may have, oldest first. */
const compilers = ['typescript-5.5', 'typescript-5.9', 'typescript', 'ts7']

/** Type-checks `.ci/consumer`, which imports the built packages as a user would, on each compiler. */
export const entryPoints = async () => {
  for (const [index, compiler] of compilers.entries()) {
    const { code, output } = await runNode(`node_modules/${compiler}/bin/tsc`, ['--project', '.ci/consumer'])
    if (code !== 0) throw new Failure(`${compiler}:\n${output}`, { passed: index })
    console.log(`${compiler}: no errors`)
  }
  return compilers.length
}
