import ts from 'typescript'
import { prelude } from './names.ts'
import { fromRoot, sources } from './sources.ts'

const options = (): ts.CompilerOptions => {
  const path = fromRoot('tsconfig.test.json')
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile)
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'))
  return ts.parseJsonConfigFileContent(config, ts.sys, fromRoot('.'), undefined, path).options
}

/** The sources of all packages with further modules that are on no disk, by absolute path. */
export const programWith = (modules: ReadonlyMap<string, string>, earlier?: ts.Program): ts.Program => {
  const compilerOptions = options()
  const host = ts.createCompilerHost(compilerOptions, true)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (path) => modules.has(path) || fileExists(path)
  host.readFile = (path) => modules.get(path) ?? readFile(path)
  host.getSourceFile = (path, language, ...rest) => {
    const text = modules.get(path)
    if (text !== undefined) return ts.createSourceFile(path, text, language, true)
    return earlier?.getSourceFile(path) ?? getSourceFile(path, language, ...rest)
  }
  const roots = [prelude, ...sources].map(fromRoot)
  return ts.createProgram([...roots, ...modules.keys()], compilerOptions, host)
}
