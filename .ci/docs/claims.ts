import ts from 'typescript'
import { type Example, examplesProgram, placeOf } from './examples.ts'

/** What the comment behind a statement says of its value: `// → 14`, or its type: `// Tensor<[2, 3]>`. */
export interface Claim {
  readonly kind: 'value' | 'type'
  readonly expected: string
  readonly place: string
  /** The expression of the statement, or the name that it declares. */
  readonly subject: ts.Expression
}

const subjectOf = (statement: ts.Statement): ts.Expression | undefined => {
  if (ts.isExpressionStatement(statement)) return statement.expression
  if (!ts.isVariableStatement(statement)) return undefined
  const name = statement.declarationList.declarations.at(-1)?.name
  return name !== undefined && ts.isIdentifier(name) ? name : undefined
}

const claimIn = (comment: string): Pick<Claim, 'kind' | 'expected'> | undefined => {
  if (comment.startsWith('→ ')) return { kind: 'value', expected: comment.slice(2) }
  // "Tensor<[2, 3]> → Tensor<[3]>" tells of the argument too; the claim is what comes out.
  const type = comment.split(' → ').at(-1)!
  return /^[A-Z]\w*<.*>$/.test(type) ? { kind: 'type', expected: type } : undefined
}

/** The comment behind a statement, on its last line or alone on the next. */
const behind = /^[ \t]*(?:\n[ \t]*)?\/\/ (.*)/

/** The claims of an example, in order. */
export const claimsOf = (example: Example): readonly Claim[] => {
  const file = examplesProgram.getSourceFile(example.path)!
  return file.statements.flatMap((statement) => {
    const subject = subjectOf(statement)
    const comment = behind.exec(example.text.slice(statement.getEnd()))?.[1]
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
