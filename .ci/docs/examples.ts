import ts from 'typescript'
import { type Fence, fences } from './fences.ts'
import { headerLines, moduleOf } from './module.ts'
import { home, namesIn } from './names.ts'
import { programWith } from './program.ts'
import { fromRoot } from './sources.ts'

/** The program that examples are checked in, without them. */
export const packagesProgram = programWith(new Map())

/** A fence as a module, at a path where no file is. */
export interface Example {
  readonly fence: Fence
  readonly path: string
  readonly text: string
}

const namesFor = namesIn(packagesProgram)

export const examples: readonly Example[] = fences.map((fence, index) => ({
  fence,
  path: fromRoot(`${home}/example-${index}.ts`),
  text: moduleOf(fence, fence.kind === 'page' ? new Map() : namesFor(fence.file)),
}))

/** The program with a module for each example. */
export const examplesProgram = programWith(
  new Map(examples.map(({ path, text }) => [path, text])),
  packagesProgram,
)

/** `file:line` of a position in an example. */
export const placeOf = ({ fence, text }: Example, position: number): string => {
  const line = text.slice(0, position).split('\n').length - 1 - headerLines
  return `${fence.file}:${fence.line + Math.max(0, line)}`
}

/** What the compiler says about an example, each as `file:line: message`. */
export const diagnosticsOf = (example: Example): string[] => {
  const file = examplesProgram.getSourceFile(example.path)!
  return [
    ...examplesProgram.getSyntacticDiagnostics(file),
    ...examplesProgram.getSemanticDiagnostics(file),
  ].map(
    ({ messageText, start = 0 }) =>
      `${placeOf(example, start)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  )
}
