import { basename, join } from 'node:path'
import ts from 'typescript'
import { Failure, runNode } from '../process.mjs'
import { configuration, withProject } from './project.mjs'

const { options } = ts.convertCompilerOptionsFromJson(configuration.compilerOptions, '.')

/** Files of the library and of TypeScript itself, read once for all programs. */
const kept = new Map()

/** A program of TypeScript 6 over modules that are on no disk. */
export const programOf = (modules) => {
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  const textOf = (path) => modules[basename(path)]
  host.fileExists = (path) => textOf(path) !== undefined || fileExists(path)
  host.readFile = (path) => textOf(path) ?? readFile(path)
  host.getSourceFile = (path, ...rest) => {
    const text = textOf(path)
    if (text !== undefined) return ts.createSourceFile(path, text, ...rest)
    if (!kept.has(path)) kept.set(path, getSourceFile(path, ...rest))
    return kept.get(path)
  }
  // At the root, so that Node's resolution finds no other package.json on its way up.
  return ts.createProgram(
    Object.keys(modules).map((name) => join('/', name)),
    { ...options, rootDir: '/' },
    host,
  )
}

const ownFiles = (program, modules) =>
  Object.keys(modules).map((name) => program.getSourceFile(join('/', name)))

/** The types of the variables of a module that are results of calls: `program3 y1` and its type as text. */
const variableTypes = (program, file) => {
  const checker = program.getTypeChecker()
  const types = new Map()
  const visit = (node, owner) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name)) {
      const name = node.name.text
      if (/^y\d+$/.test(name)) {
        const type = checker.getTypeAtLocation(node.name)
        types.set(`${owner} ${name}`, checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation))
      }
      if (/^program\d+$/.test(name)) owner = name
    }
    ts.forEachChild(node, (child) => visit(child, owner))
  }
  visit(file, '')
  return types
}

/** What TypeScript 6 says about modules, and the types that it finds for the results of calls. */
export const typescript6 = (modules) => {
  const program = programOf(modules)
  const global = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()]
  if (global.length > 0) throw new Failure(ts.flattenDiagnosticMessageText(global[0].messageText, '\n'))
  const files = ownFiles(program, modules)
  return {
    types: files.map((file) => variableTypes(program, file)),
    diagnostics: files.flatMap((file) =>
      [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ start, messageText }) => ({
          module: basename(file.fileName),
          line: file.getLineAndCharacterOfPosition(start).line + 1,
          message: ts.flattenDiagnosticMessageText(messageText, '\n').split('\n')[0],
        }),
      ),
    ),
  }
}

/** What TypeScript 7 says about modules. */
export const typescript7 = (modules) =>
  withProject(modules, async (folder) => {
    const args = ['--project', folder, '--pretty', 'false']
    const { code, output } = await runNode('node_modules/ts7/bin/tsc', args)
    const diagnostics = output.split(/\r?\n/).flatMap((text) => {
      const found = /([^/\\]+\.ts)\((\d+),\d+\): error TS\d+: (.*)$/.exec(text)
      return found === null ? [] : [{ module: found[1], line: Number(found[2]), message: found[3] }]
    })
    if (code !== 0 && diagnostics.length === 0) throw new Failure(`TypeScript 7:\n${output}`)
    return { diagnostics }
  })
