import ts from 'typescript'
import type { Fence } from './fences.ts'
import type { Import } from './names.ts'

/** The lines that a module has before the code of its example: all imports stand on one. */
export const headerLines = 1

/** The names that a statement of the example declares for the others. */
const declaredNames = (file: ts.SourceFile): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text)
    else if (ts.isBindingElement(node)) visit(node.name)
    else if (ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node)) node.forEachChild(visit)
  }
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) visit(name)
    else if (ts.isFunctionDeclaration(statement) || ts.isInterfaceDeclaration(statement))
      visit(statement.name!)
    else if (ts.isTypeAliasDeclaration(statement) || ts.isClassDeclaration(statement)) visit(statement.name!)
    else if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause
      if (clause?.name) visit(clause.name)
      if (clause?.namedBindings && ts.isNamespaceImport(clause.namedBindings))
        visit(clause.namedBindings.name)
      if (clause?.namedBindings && ts.isNamedImports(clause.namedBindings))
        for (const { name } of clause.namedBindings.elements) visit(name)
    }
  }
  return names
}

/** Identifiers that may refer to something: not the names of members. */
const usedNames = (file: ts.SourceFile): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    const { parent } = node
    const isMember =
      parent !== undefined &&
      ((ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node) ||
        (ts.isBindingElement(parent) && parent.propertyName === node))
    if (ts.isIdentifier(node) && !isMember) names.add(node.text)
    node.forEachChild(visit)
  }
  visit(file)
  return names
}

/** An example as a module. What it uses without declaring it is imported, if it is known. */
export const moduleOf = ({ code }: Fence, known: ReadonlyMap<string, Import>): string => {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true)
  const declared = declaredNames(file)
  const imports = [...usedNames(file)]
    .filter((name) => !declared.has(name) && known.has(name))
    .map((name) => known.get(name)!)
    .map(({ clause, from }) => `import ${clause} from '${from}'`)
  return `${['export {}', ...imports].join('; ')}\n${code}`
}
