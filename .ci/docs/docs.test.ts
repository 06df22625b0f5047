import { rmSync } from 'node:fs'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { claimsOf, hover } from './claims.ts'
import { diagnosticsOf, type Example, examples, packagesProgram } from './examples.ts'
import { exportsOf } from './names.ts'
import { folder } from './prelude.ts'
import { print } from './print.ts'
import { run } from './run.ts'
import { entryPoints } from './sources.ts'

beforeAll(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})
afterAll(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** The sentence of a line `// error: <sentence>`: the example must not compile, and this is what the user reads. */
const expectedError = ({ fence }: Example): string | undefined => /\/\/ error: (.+)$/m.exec(fence.code)?.[1]

/** What stands between `'"` and `"'.` at the end of the first line of a diagnostic. */
const sentenceIn = (diagnostic: string): string => {
  const [line = ''] = diagnostic.split('\n')
  return /^.*'"(.*)"'\.$/.exec(line)?.[1] ?? line
}

const mustNotCompile = (example: Example, sentence: string): void => {
  const [first = 'it compiles'] = diagnosticsOf(example)
  expect(sentenceIn(first)).toBe(sentence)
}

const mustCompileAndRun = async (example: Example): Promise<void> => {
  expect(diagnosticsOf(example).join('\n')).toBe('')
  const claims = claimsOf(example)
  for (const { kind, expected, place, subject } of claims)
    if (kind === 'type') expect(hover(subject), place).toBe(expected)
  const values = claims.filter(({ kind }) => kind === 'value')
  const written = example.text.match(/\/\/ → /g) ?? []
  expect(values, 'a value is checked behind a statement of the top level only').toHaveLength(written.length)
  await run(example, values, ({ expected, place }, value) => expect(print(value), place).toBe(expected))
}

describe('every example compiles and runs', () => {
  test.each(examples.map((example) => [`${example.fence.file}:${example.fence.line}`, example] as const))(
    '%s',
    async (_, example) => {
      const sentence = expectedError(example)
      if (sentence === undefined) await mustCompileAndRun(example)
      else mustNotCompile(example, sentence)
    },
  )
})

describe('every exported function and value has a docstring', () => {
  test.each([...entryPoints])('%s', (_, path) => {
    const checker = packagesProgram.getTypeChecker()
    const missing = [...exportsOf(packagesProgram, path)].filter(
      ([, symbol]) =>
        symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable | ts.SymbolFlags.Class) &&
        symbol.getDocumentationComment(checker).length === 0,
    )
    expect(missing.map(([name]) => name)).toEqual([])
  })
})
