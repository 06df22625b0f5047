import { relative } from 'node:path'
import { Failure, fromRoot } from '../process.mjs'

/**
 * What is tested on generated cases, by test file, and by suite where a file has several: each test of them is about
 * one primitive, or about whole programs. `least` is how many cases a test must have in `npm run test:deep`.
 */
const subjects = [
  {
    name: 'every primitive: gradient = central differences',
    file: 'packages/autograd/src/rules/gradients.test.ts',
    least: 200,
  },
  {
    name: 'every primitive: vjp and jvp are adjoint',
    file: 'packages/autograd/src/rules/duality.test.ts',
    least: 200,
  },
  {
    name: 'every primitive: second derivative = central differences',
    file: 'packages/autograd/src/rules/second-derivatives.test.ts',
    suite: 'central differences',
    least: 200,
  },
  {
    name: 'every primitive: second derivative, vjp and jvp are adjoint',
    file: 'packages/autograd/src/rules/second-derivatives.test.ts',
    suite: 'adjoint',
    least: 200,
  },
  {
    name: 'every primitive: batched = loop',
    file: 'packages/autograd/src/rules/batching.test.ts',
    suite: 'bit for bit',
    least: 200,
  },
  {
    name: 'every primitive: compiled = reference',
    file: 'packages/wasm/src/conformance.test.ts',
    suite: 'every primitive',
    least: 200,
  },
  {
    name: 'random programs: gradients, duality, passes, batches',
    file: 'packages/autograd/src/programs.test.ts',
    least: 2000,
  },
  { name: 'random programs: identities', file: 'packages/autograd/src/identities.test.ts', least: 2000 },
  { name: 'random programs: compiled = reference', file: 'packages/wasm/src/programs.test.ts', least: 2000 },
  { name: 'operations and gradients = PyTorch', file: 'packages/autograd/src/golden.test.ts', least: 1 },
  { name: 'compiled operations and gradients = PyTorch', file: 'packages/wasm/src/golden.test.ts', least: 1 },
]

const columns = (name, count, fewest, all) =>
  `  ${name.padEnd(62)}${String(count).padStart(6)}${String(fewest).padStart(9)}${String(all).padStart(11)}`

/** Prints how many generated cases there were, from the JSON report of vitest; `deep` refuses too few. */
export const reportCases = ({ testResults }, deep) => {
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ meta }) => meta?.cases > 0)
      .map(({ meta, ancestorTitles }) => ({
        file: relative(fromRoot('.'), name).replaceAll('\\', '/'),
        suite: ancestorTitles.join(' '),
        cases: meta.cases,
      })),
  )
  const row = (name, found) => ({
    name,
    count: found.length,
    fewest: Math.min(...found.map(({ cases }) => cases)),
    all: found.reduce((sum, { cases }) => sum + cases, 0),
  })
  const rows = subjects.map(({ name, file, suite = '', least }) => ({
    ...row(
      name,
      tests.filter((test) => test.file === file && test.suite.includes(suite)),
    ),
    least,
  }))
  if (tests.length === 0) return
  console.log(`\nGenerated cases\n${columns('', 'tests', 'fewest', 'all')}`)
  for (const { name, count, fewest, all } of [
    ...rows.filter(({ count }) => count > 0),
    row('all tests with generated cases', tests),
  ])
    console.log(columns(name, count, fewest, all))
  const few = deep ? rows.filter(({ count, fewest, least }) => count === 0 || fewest < least) : []
  if (few.length > 0)
    throw new Failure(
      few
        .map(({ name, count, fewest, least }) => `${name}: ${count === 0 ? 0 : fewest} cases, not ${least}`)
        .join('\n'),
    )
}
