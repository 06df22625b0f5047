import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import type { Claim } from './claims.ts'
import type { Example } from './examples.ts'
import { home } from './names.ts'
import { entryPoints, fromRoot } from './sources.ts'

const url = pathToFileURL(fromRoot(`${home}/example.ts`))
const require = createRequire(url)

/** Our own modules come from the sources, as in every test; others from where a user would have them. */
const load = async (specifier: string): Promise<unknown> => {
  if (specifier.startsWith('.')) return import(fileURLToPath(new URL(specifier, url)))
  return entryPoints.has(specifier) ? import(specifier) : require(specifier)
}

/** The text with every claimed value handed to `observe`. */
const observed = (text: string, claims: readonly Claim[]): string =>
  claims.reduceRight((code, { subject }, index) => {
    const [start, end] = [subject.getStart(), subject.getEnd()]
    if (ts.isIdentifier(subject) && ts.isVariableDeclaration(subject.parent)) {
      const after = subject.parent.parent.parent.getEnd()
      return `${code.slice(0, after)}; observe(${index}, ${subject.text})${code.slice(after)}`
    }
    return `${code.slice(0, start)}observe(${index}, (${code.slice(start, end)}))${code.slice(end)}`
  }, text)

const AsyncFunction = (async () => undefined).constructor as new (
  ...text: string[]
) => (...args: unknown[]) => Promise<void>

/** Executes an example. The values that its claims are about go to `observe`. */
export const run = async (
  { text }: Example,
  claims: readonly Claim[],
  observe: (claim: Claim, value: unknown) => void,
): Promise<void> => {
  const modules = new Map<string, unknown>()
  for (const { fileName } of ts.preProcessFile(text).importedFiles)
    modules.set(fileName, await load(fileName))
  const { outputText } = ts.transpileModule(observed(text, claims), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  const meta = { url: url.href, resolve: require.resolve }
  // A function cannot hold import.meta, so it becomes a parameter.
  const body = outputText.replaceAll('import.meta', 'importMeta')
  await new AsyncFunction('require', 'exports', 'importMeta', 'observe', body)(
    (specifier: string) => modules.get(specifier),
    {},
    meta,
    (index: number, value: unknown) => observe(claims[index]!, value),
  )
}
