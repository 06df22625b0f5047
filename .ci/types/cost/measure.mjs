import ts from 'typescript'
import { Failure, runNode } from '../../process.mjs'
import { programOf } from '../compilers.mjs'
import { withProject } from '../project.mjs'

const number = (output, what) => Number(new RegExp(`^${what}:\\s+([\\d.]+)`, 'm').exec(output)?.[1])

/** Instantiations of a module with TypeScript 6, in this process. */
export const instantiationsOf = (name, text) => {
  const program = programOf({ 'program.ts': text })
  const [problem] = program.getSemanticDiagnostics(program.getSourceFile('/program.ts'))
  if (problem !== undefined)
    throw new Failure(`${name}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`)
  return program.getInstantiationCount()
}

/** Instantiations and seconds of checking that a compiler reports for a module. */
const reported = (name, script, text, ...more) =>
  withProject({ 'program.ts': text }, async (folder) => {
    const args = ['--project', folder, '--extendedDiagnostics', '--pretty', 'false', ...more]
    const { code, output } = await runNode(script, args)
    if (code !== 0) throw new Failure(`${name}:\n${output}`)
    return { instantiations: number(output, 'Instantiations'), seconds: number(output, 'Check time') }
  })

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1]

/** The middle of some measurements. */
const repeated = async (times, measure) => {
  const results = []
  for (let time = 0; time < times; time++) results.push(await measure())
  return { ...results[0], seconds: median(results.map(({ seconds }) => seconds)) }
}

/** The measurements of a module with each compiler; one checker, since several share work by chance. */
export const compilers = {
  'TypeScript 6': (name, text, times) =>
    repeated(times, () => reported(name, 'node_modules/typescript/bin/tsc', text)),
  'TypeScript 7': (name, text, times) =>
    repeated(times, () => reported(name, 'node_modules/ts7/bin/tsc', text, '--singleThreaded')),
}
