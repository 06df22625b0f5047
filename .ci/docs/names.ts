import { posix } from 'node:path'
import ts from 'typescript'
import { entryPoints, fromRoot } from './sources.ts'

/** Where a name comes from, as an import clause: `import ${clause} from '${from}'`. */
export interface Import {
  readonly clause: string
  readonly from: string
}

/** Where the modules of examples lie: in the package that depends on all others. */
export const home = 'packages/cli/src'

/** Sample values. */
export const prelude = '.ci/docs/prelude.ts'

/** How a module in `home` imports a source file. */
const relative = (path: string): string => posix.relative(home, path)

const libraries: readonly [string, Import][] = [
  ['pipe', { clause: '{ pipe }', from: 'fp-ts/lib/function.js' }],
  ['flow', { clause: '{ flow }', from: 'fp-ts/lib/function.js' }],
  ['E', { clause: '* as E', from: 'fp-ts/lib/Either.js' }],
  ['O', { clause: '* as O', from: 'fp-ts/lib/Option.js' }],
  ['TE', { clause: '* as TE', from: 'fp-ts/lib/TaskEither.js' }],
  ['fc', { clause: '* as fc', from: 'fast-check' }],
]

/** The exported symbols of a module, with what aliases stand for. */
export const exportsOf = (program: ts.Program, path: string): ReadonlyMap<string, ts.Symbol> => {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(fromRoot(path))
  const module = file && checker.getSymbolAtLocation(file)
  if (module === undefined) throw new Error(`${path} is no module`)
  return new Map(
    checker
      .getExportsOfModule(module)
      .map((symbol) => [
        symbol.name,
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
      ]),
  )
}

const importsOf = (program: ts.Program, specifier: string, path: string): [string, Import][] =>
  [...exportsOf(program, path)].map(([name, { flags }]) => [
    name,
    { clause: `{ ${flags & ts.SymbolFlags.Value ? '' : 'type '}${name} }`, from: specifier },
  ])

/** The imports that every example may have, by name: the libraries above, then the entry points of all packages. */
const publicNames = (program: ts.Program): [string, Import][] => [
  ...libraries,
  ...[...entryPoints].flatMap(([specifier, path]) => importsOf(program, specifier, path)),
]

/**
 * What an example in a docstring may use without importing it: the values of the prelude, what its own file
 * exports, and the public names. Where two modules export a name, the first wins.
 */
export const namesIn = (program: ts.Program): ((file: string) => ReadonlyMap<string, Import>) => {
  const samples = importsOf(program, relative(prelude), prelude)
  const others = publicNames(program)
  return (file) => new Map([...samples, ...importsOf(program, relative(file), file), ...others].reverse())
}
