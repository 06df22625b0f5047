import ts from 'typescript'
import { type Example, examplesProgram, placeOf } from './examples.ts'

/** What the comment behind a statement says of its value: `// → 14`, or its type: `// Tensor<[2, 3]>`. */
export interface Claim {
  readonly kind: 'value' | 'type'
  readonly expected: string
  readonly place: string
  /** The expression of the statement, the name that it declares, or what the function returns that it declares. */
  readonly subject: ts.Expression
}

/** What a function that is one expression returns in the end: `c` of `(a) => (b) => c`. */
const resultOf = (expression: ts.Expression): ts.Expression =>
  ts.isArrowFunction(expression) && !ts.isBlock(expression.body) ? resultOf(expression.body) : expression

const subjectOf = (statement: ts.Statement): ts.Expression | undefined => {
  if (ts.isExpressionStatement(statement)) return statement.expression
  if (!ts.isVariableStatement(statement)) return undefined
  const { name, initializer } = statement.declarationList.declarations.at(-1)!
  if (initializer !== undefined && ts.isArrowFunction(initializer)) return resultOf(initializer)
  return ts.isIdentifier(name) ? name : undefined
}

const claimIn = (comment: string): Pick<Claim, 'kind' | 'expected'> | undefined => {
  if (comment.startsWith('→ ')) return { kind: 'value', expected: comment.slice(2) }
  // "Tensor<[2, 3]> → Tensor<[3]>" tells of the argument too; the claim is what comes out.
  const type = comment.split(' → ').at(-1)!
  return /^[A-Z]\w*<.*>$/.test(type) ? { kind: 'type', expected: type } : undefined
}

/** The comment behind a statement, on its last line or alone on the next; further lines of it are indented. */
const behind = /^[ \t]*(?:\n[ \t]*)?\/\/ (.*(?:\n[ \t]*\/\/ {3}.*)*)/

const commentBehind = (code: string): string | undefined =>
  behind.exec(code)?.[1]?.replace(/\n[ \t]*\/\/ {3}/g, '\n')

/** The claims of an example, in order. */
export const claimsOf = (example: Example): readonly Claim[] => {
  const file = examplesProgram.getSourceFile(example.path)!
  return file.statements.flatMap((statement) => {
    const subject = subjectOf(statement)
    const comment = commentBehind(example.text.slice(statement.getEnd()))
    const claim = comment === undefined ? undefined : claimIn(comment)
    return subject === undefined || claim === undefined
      ? []
      : [{ ...claim, subject, place: placeOf(example, statement.getEnd()) }]
  })
}

/** The type of an expression as a hover shows it. */
export const hover = (subject: ts.Expression): string => {
  const checker = examplesProgram.getTypeChecker()
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope
  const type = checker.typeToString(checker.getTypeAtLocation(subject), undefined, flags)
  // Since TypeScript 5.9 typed arrays show what they lie in, which no reader asks for.
  return type.replaceAll('"', "'").replaceAll('<ArrayBufferLike>', '')
}
