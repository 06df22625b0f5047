/** Lists mutants of one file: [the line, mutator, what is replaced, by what] for each, and the reason for all. */
const of = (file, reason, ...mutants) =>
  mutants.map(([line, mutator, source, replacement]) => ({
    file: `packages/autograd/src/${file}.ts`,
    line,
    mutator,
    source,
    replacement,
    reason,
  }))

const junk = '["Stryker was here"]'

/**
 * The mutants that no test can kill, as they compute the same. Whitespace in a row counts as one space. A mutant that
 * computes something else belongs to a test, not here.
 */
export const equivalent = [
  ...of('rules/batch-conv', 'fill has no operands, and never looks at its list of them', [
    "return bind('fill', [], { value: 0, shape: [0, ...shape], dtype })",
    'ArrayDeclaration',
    '[]',
    junk,
  ]),
  ...of('structured/scan-parts', 'fill has no operands, and never looks at its list of them', [
    "export const zeros = ({ shape, dtype }: TensorSpec): AnyTensor => bind('fill', [], { value: 0, shape, dtype })",
    'ArrayDeclaration',
    '[]',
    junk,
  ]),
  ...of('structured/custom-vjp', 'fill has no operands, and never looks at its list of them', [
    "const zeros = ({ shape, dtype }: TensorSpec): AnyTensor => bind('fill', [], { value: 0, shape, dtype })",
    'ArrayDeclaration',
    '[]',
    junk,
  ]),
  ...of(
    'rules/conv',
    'with one group, groupsToBatch moves nothing; the condition only saves reshapes',
    [
      'return p.batchGroups > 1 ? groupsToBatch(gradient, p.batchGroups) : gradient',
      'ConditionalExpression',
      'p.batchGroups > 1',
      'true',
    ],
    [
      'return p.batchGroups > 1 ? groupsToBatch(gradient, p.batchGroups) : gradient',
      'EqualityOperator',
      'p.batchGroups > 1',
      'p.batchGroups >= 1',
    ],
  ),
  ...of('rules/jvp', 'at least one tangent is not null, and there is one; the line is for its type', [
    'if (dx === null) return null',
    'ConditionalExpression',
    'dx === null',
    'false',
  ]),
  ...of('rules/vjp', 'a sum over an axis of size 1 changes nothing; the condition only saves it', [
    'axis < lead || (to[axis - lead] === 1 && dim !== 1) ? [axis] : [],',
    'ConditionalExpression',
    'dim !== 1',
    'true',
  ]),
  ...of('structured/checkpoint', 'as many results are taken as the application has', [
    'return { results: both.slice(0, body.outputs.length), tangents: both.slice(body.outputs.length) }',
    'MethodExpression',
    'both.slice(0, body.outputs.length)',
    'both',
  ]),
  ...of('structured/cond', 'as many results are taken as the application has', [
    'return { results: both.slice(0, count), tangents: both.slice(count) }',
    'MethodExpression',
    'both.slice(0, count)',
    'both',
  ]),
  ...of('structured/scan-vjp', 'as many results are taken as the application has', [
    'return { results: results.slice(0, count), pullback }',
    'MethodExpression',
    'results.slice(0, count)',
    'results',
  ]),
  ...of('structured/custom-vjp', 'as many results are taken as the application has', [
    'results: given.slice(0, body.outputs.length),',
    'MethodExpression',
    'given.slice(0, body.outputs.length)',
    'given',
  ]),
  ...of(
    'structured/custom-vjp',
    'backward gives cotangents of the arguments only, which come first: more positions have nothing to take',
    [
      'return scatter(found, floats(operands.slice(0, count)), operands.length)',
      'MethodExpression',
      'operands.slice(0, count)',
      'operands',
    ],
    [
      'const differentiable = floats(operands.slice(0, count))',
      'MethodExpression',
      'operands.slice(0, count)',
      'operands',
    ],
  ),
  ...of('structured/custom-vjp', 'batchTape asks which indices are in the list, and no string is one', [
    'index < own || captured[index - own] ? [index] : [],',
    'ArrayDeclaration',
    '[]',
    junk,
  ]),
  ...of('structured/scan', 'batchTape asks which indices are in the list, and no string is one', [
    'const which = operands.flatMap((_, index) => (isCarry(index) || batched[index] ? [index] : []))',
    'ArrayDeclaration',
    '[]',
    junk,
  ]),
  ...of('structured/definition', 'who reads the list takes what is missing for null, too', [
    'const list = new Array<OrZero>(length).fill(null)',
    'ArrayDeclaration',
    'new Array<OrZero>(length)',
    'new Array()',
  ]),
  ...of(
    'structured/custom-vjp',
    'without arguments the first operand is what the function itself captures, which forward does not read',
    ['if (captured < 0) return', 'EqualityOperator', 'captured < 0', 'captured <= 0'],
  ),
  ...of(
    'structured/custom-vjp',
    'what backward captures meets what it is given in rules that broadcast it to the batch first, which leaves as it is ' +
      'what has the batch already; operations on it alone are recorded outside of backward',
    [
      'index < own || captured[index - own] ? [index] : [],',
      'ArithmeticOperator',
      'index - own',
      'index + own',
    ],
  ),
]
